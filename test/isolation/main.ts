/**
 * Tries every operation, node, connection, link and ticket with what belongs to somebody else. Exit code 1 when
 * anything shows.
 *
 *     npm run -s test:isolation [-- --json FILE]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reportIsolation } from './report.ts';
import { setScene } from './scene.ts';
import { openStage } from './world.ts';

const HELP = `Usage: npm run -s test:isolation [-- --json FILE]

Starts a service, and tries every operation of the schema with what belongs to another tenant, and with credentials
that are dead or too weak. Prints what shows; exit code 1 when anything does. It takes about a minute.

  --json FILE   writes {"cases", "leaks", "operations", "uncovered"}
  --help        shows this
`;

const { values } = parseArgs({ options: { json: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const stage = await openStage();
try {
  const report = await reportIsolation(await setScene(stage));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  for (const { name, why } of report.leaks) process.stdout.write(`LEAK ${name}: ${why}\n`);
  for (const what of report.uncovered) process.stdout.write(`UNCOVERED ${what}\n`);
  process.stdout.write(
    `${report.cases} cases over ${report.operations} operations, ${report.leaks.length} leaks, ${report.uncovered.length} uncovered\n`,
  );
  process.exitCode = report.leaks.length + report.uncovered.length > 0 ? 1 : 0;
} finally {
  await stage.dispose();
}
