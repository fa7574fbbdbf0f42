import { expect, test } from 'vitest';
import { HELP, parseArguments, UsageError } from './arguments.ts';
import { FAULTS, parseFaults } from './faults.ts';

test('without options it is port 4000 and the folder .loupe', () => {
  expect(parseArguments([])).toEqual({
    help: false,
    ports: { api: 4000, dynamodb: undefined, kms: undefined, s3: undefined, sqs: undefined },
    data: '.loupe',
    reset: false,
    functionTimeoutSeconds: undefined,
    sweepEverySeconds: undefined,
    faults: undefined,
    watch: false,
    quiet: false,
    readyJson: false,
  });
});

test('every option is read', () => {
  const line =
    '--port 0 --dynamodb-port 1 --kms-port 3 --s3-port 2 --sqs-port 65535 --data d --reset --function-timeout 2.5 --sweep-every 1 --quiet --ready-json --watch --faults sqs.delay=1,seed=7';
  expect(parseArguments(line.split(' '))).toEqual({
    help: false,
    ports: { api: 0, dynamodb: 1, kms: 3, s3: 2, sqs: 65_535 },
    data: 'd',
    reset: true,
    functionTimeoutSeconds: 2.5,
    sweepEverySeconds: 1,
    faults: { seed: 7, rates: { 'sqs.delay': 1 } },
    watch: true,
    quiet: true,
    readyJson: true,
  });
});

test.each([[['--faults']], [['--faults', '--quiet']], [['--faults', 'mild']]])(
  '%j means the mild mixture',
  (args) => {
    expect(parseArguments(args).faults).toEqual(parseFaults('mild'));
  },
);

test('the help names every option and fault', () => {
  const options = [
    'port',
    'dynamodb-port',
    'kms-port',
    's3-port',
    'sqs-port',
    'data',
    'reset',
    'watch',
    'function-timeout',
  ];
  for (const option of [...options, 'sweep-every', 'faults', 'quiet', 'ready-json', 'help']) {
    expect(HELP).toContain(`--${option} `);
  }
  for (const fault of Object.keys(FAULTS)) expect(HELP).toContain(`  ${fault} `);
});

test.each([
  [['--prot', '1'], "Unknown option '--prot'. See --help."],
  [['serve'], "Unexpected argument 'serve'. See --help."],
  [['--port', '65536'], '--port must be a port number from 0 to 65535, not "65536".'],
  [['--s3-port', '1e3'], '--s3-port must be a port number from 0 to 65535, not "1e3".'],
  [['--sweep-every', '0'], '--sweep-every must be a number of seconds above 0, at most 86400, not "0".'],
  [
    ['--function-timeout', 'soon'],
    '--function-timeout must be a number of seconds above 0, at most 86400, not "soon".',
  ],
  [['--data', ''], '--data needs the name of a folder.'],
  [['--faults=rain'], expect.stringMatching(/^--faults: "rain" is no fault. Use mild, .*sqs\.duplicate/)],
])('%j is refused in one sentence', (args, message) => {
  const refuse = () => parseArguments(args);
  expect(refuse).toThrow(UsageError);
  expect(refuse).toThrow(expect.objectContaining({ message }));
});
