import { appendFileSync } from 'node:fs';
import { startServer } from './server.ts';

/**
 * A server meant to be killed: `node crashing-server.ts <data folder> <file of published events>`. It writes its
 * endpoint to standard output.
 */
const [dataDir = '', eventsFile = ''] = process.argv.slice(2);
const server = await startServer({
  dataDir,
  publish: async (_queue, body) => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    appendFileSync(eventsFile, `${body}\n`);
  },
});
process.stdout.write(`${server.endpoint}\n`);
