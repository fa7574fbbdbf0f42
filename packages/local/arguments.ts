import { parseArgs } from 'node:util';
import { FAULTS, type FaultSettings, parseFaults } from './faults.ts';

/** The command line was not understood; the message says what was wrong. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export interface Arguments {
  readonly help: boolean;
  readonly ports: {
    readonly api: number;
    readonly dynamodb: number | undefined;
    readonly kms: number | undefined;
    readonly s3: number | undefined;
    readonly sqs: number | undefined;
  };
  readonly data: string;
  readonly reset: boolean;
  readonly functionTimeoutSeconds: number | undefined;
  readonly sweepEverySeconds: number | undefined;
  readonly faults: FaultSettings | undefined;
  readonly watch: boolean;
  readonly quiet: boolean;
  readonly readyJson: boolean;
}

export const HELP = `Runs Loupe with its whole cloud (DynamoDB, S3, SQS, KMS, Lambda) on this machine.

Usage: npm start -- [options]

  --port N              port of the API and the explorer (default 4000; 0 takes a free one)
  --dynamodb-port N     ports of the other services; without these they take
  --kms-port N          the ports of their last run, or free ones
  --s3-port N
  --sqs-port N
  --data DIR            folder for everything that is kept (default .loupe)
  --reset               delete what the folder keeps, then start
  --watch               run the functions' new code when a file changes
  --function-timeout S  let every function run at most S seconds
  --sweep-every S       look for overdue work every S seconds (default 60)
  --faults [LIST]       make faults on purpose: alone (or "mild") a mild mixture of all, otherwise a list
                        such as sqs.duplicate=0.2,seed=7 of the faults below and their chances, 0 to 1
  --quiet               print nothing that the functions print
  --ready-json          when ready, print one line of JSON with addresses, operator key and environment
                        instead of the greeting; makes no development tenant
  --help                print this

Faults:
${Object.entries(FAULTS)
  .map(([name, { does }]) => `  ${name.padEnd(21)} ${does}`)
  .join('\n')}

Model providers are configured by the environment: OPENAI_API_KEY, LOUPE_OPENAI_BASE_URL (or OPENAI_BASE_URL),
GEMINI_API_KEY, LOUPE_GEMINI_BASE_URL; Azure, Vertex and prices: docs/guides/models.md. Without any of them the
embedded detector judges.
`;

const options = {
  port: { type: 'string', default: '4000' },
  'dynamodb-port': { type: 'string' },
  'kms-port': { type: 'string' },
  's3-port': { type: 'string' },
  'sqs-port': { type: 'string' },
  data: { type: 'string', default: '.loupe' },
  reset: { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  'function-timeout': { type: 'string' },
  'sweep-every': { type: 'string' },
  faults: { type: 'string' },
  quiet: { type: 'boolean', default: false },
  'ready-json': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Throws `UsageError`. */
export function parseArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  if (values.data === '') throw new UsageError('--data needs the name of a folder.');
  return {
    help: values.help,
    ports: {
      api: readPort('port', values.port) ?? 0,
      dynamodb: readPort('dynamodb-port', values['dynamodb-port']),
      kms: readPort('kms-port', values['kms-port']),
      s3: readPort('s3-port', values['s3-port']),
      sqs: readPort('sqs-port', values['sqs-port']),
    },
    data: values.data,
    reset: values.reset,
    functionTimeoutSeconds: readSeconds('function-timeout', values['function-timeout']),
    sweepEverySeconds: readSeconds('sweep-every', values['sweep-every']),
    faults: readFaults(values.faults),
    watch: values.watch,
    quiet: values.quiet,
    readyJson: values['ready-json'],
  };
}

function parse(args: readonly string[]) {
  // `--faults` may stand alone, which `parseArgs` does not know of.
  const complete = args.map((arg, index) =>
    arg === '--faults' && (args[index + 1] ?? '-').startsWith('-') ? '--faults=mild' : arg,
  );
  try {
    return parseArgs({ args: complete, options, allowPositionals: false }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${reason?.replace(/\.$/, '')}. See --help.`);
  }
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`--${name} must be a port number from 0 to 65535, not "${text}".`);
  }
  return port;
}

function readSeconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400) {
    throw new UsageError(`--${name} must be a number of seconds above 0, at most 86400, not "${text}".`);
  }
  return seconds;
}

function readFaults(text: string | undefined): FaultSettings | undefined {
  try {
    return text === undefined ? undefined : parseFaults(text);
  } catch (error) {
    throw new UsageError(`--faults: ${error instanceof Error ? error.message : String(error)}`);
  }
}
