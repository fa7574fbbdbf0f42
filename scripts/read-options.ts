import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The options of a script. `--help` prints the help and ends it; what it does not take ends it with exit code 2. */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  help: string,
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  if (process.argv.slice(2).includes('--help')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}. See --help.\n`);
    process.exit(2);
  }
}
