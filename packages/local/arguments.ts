import { parseArgs } from 'node:util';

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
  /** Port of the API. */
  readonly port: number;
  readonly dynamodbPort?: number;
  readonly s3Port?: number;
  readonly sqsPort?: number;
  readonly data: string;
  readonly reset: boolean;
  readonly functionTimeoutSeconds?: number;
  readonly sweepEverySeconds?: number;
  readonly quiet: boolean;
  readonly readyJson: boolean;
}

export const HELP = `Runs Loupe with its whole cloud (DynamoDB, S3, SQS, Lambda) on this machine.

Usage: npm start -- [options]

  --port N              port of the API and the explorer (default 4000; 0 takes a free one)
  --dynamodb-port N     ports of the other services; without these they take
  --s3-port N           the ports of their last run, or free ones
  --sqs-port N
  --data DIR            folder for everything that is kept (default .loupe)
  --reset               delete what the folder keeps, then start
  --function-timeout S  let every function run at most S seconds
  --sweep-every S       look for overdue work every S seconds (default 60)
  --quiet               print nothing that the functions print
  --ready-json          when ready, print one line of JSON with addresses, operator key and environment
                        instead of the greeting; makes no development tenant
  --help                print this

Model providers are configured by the environment: OPENAI_API_KEY, LOUPE_OPENAI_BASE_URL (or OPENAI_BASE_URL),
GEMINI_API_KEY, LOUPE_GEMINI_BASE_URL. Without any of them the embedded detector judges.
`;

const options = {
  port: { type: 'string', default: '4000' },
  'dynamodb-port': { type: 'string' },
  's3-port': { type: 'string' },
  'sqs-port': { type: 'string' },
  data: { type: 'string', default: '.loupe' },
  reset: { type: 'boolean', default: false },
  'function-timeout': { type: 'string' },
  'sweep-every': { type: 'string' },
  quiet: { type: 'boolean', default: false },
  'ready-json': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Throws `UsageError`. */
export function parseArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const port = readPort('port', values.port) ?? 0;
  const dynamodbPort = readPort('dynamodb-port', values['dynamodb-port']);
  const s3Port = readPort('s3-port', values['s3-port']);
  const sqsPort = readPort('sqs-port', values['sqs-port']);
  const functionTimeoutSeconds = readSeconds('function-timeout', values['function-timeout']);
  const sweepEverySeconds = readSeconds('sweep-every', values['sweep-every']);
  if (values.data === '') throw new UsageError('--data needs the name of a folder.');
  return {
    help: values.help,
    port,
    ...(dynamodbPort === undefined ? {} : { dynamodbPort }),
    ...(s3Port === undefined ? {} : { s3Port }),
    ...(sqsPort === undefined ? {} : { sqsPort }),
    data: values.data,
    reset: values.reset,
    ...(functionTimeoutSeconds === undefined ? {} : { functionTimeoutSeconds }),
    ...(sweepEverySeconds === undefined ? {} : { sweepEverySeconds }),
    quiet: values.quiet,
    readyJson: values['ready-json'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
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
