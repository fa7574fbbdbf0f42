import { expect, test } from 'vitest';
import { HELP, parseArguments, UsageError } from './arguments.ts';

test('without options it is port 4000 and the folder .loupe', () => {
  expect(parseArguments([])).toEqual({
    help: false,
    port: 4000,
    data: '.loupe',
    reset: false,
    quiet: false,
    readyJson: false,
  });
});

test('every option is read', () => {
  const line =
    '--port 0 --dynamodb-port 1 --s3-port 2 --sqs-port 65535 --data d --reset --function-timeout 2.5 --sweep-every 1 --quiet --ready-json';
  expect(parseArguments(line.split(' '))).toEqual({
    help: false,
    port: 0,
    dynamodbPort: 1,
    s3Port: 2,
    sqsPort: 65_535,
    data: 'd',
    reset: true,
    functionTimeoutSeconds: 2.5,
    sweepEverySeconds: 1,
    quiet: true,
    readyJson: true,
  });
});

test('the help names every option', () => {
  for (const name of Object.keys(
    parseArguments(['--s3-port', '1', '--sqs-port', '1', '--dynamodb-port', '1']),
  )) {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(HELP).toContain(`--${option}`);
  }
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
])('%j is refused in one sentence', (args, message) => {
  expect(() => parseArguments(args)).toThrow(new UsageError(message));
});
