import { parseArgs } from 'node:util';
import { type Command, type Input, type OptionDescription, UsageError } from './command.ts';
import { commands } from './commands/index.ts';

export interface Call {
  readonly command: Command;
  readonly input: Input;
  readonly json: boolean;
}

const STAGE = { type: 'string', about: 'stage of the deployment; default STAGE, or local' } as const;
const COMMON: Readonly<Record<string, OptionDescription>> = {
  stage: STAGE,
  json: { type: 'boolean', about: 'prints one JSON object' },
  help: { type: 'boolean', about: 'shows this' },
};
const YES: OptionDescription = { type: 'boolean', about: 'does it; without it nothing is changed' };

/**
 * What a command line asks for: a call, or a text of help.
 * @throws UsageError for a command, option or argument that there is not
 */
export function parseCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Call | string {
  const command = findCommand(args);
  if (!command) {
    if (args.length === 0 || args.includes('--help')) return describeCommands();
    throw new UsageError(`There is no command "${args.join(' ')}". npm run -s ops -- --help lists them.`);
  }
  const { values, positionals } = parse(command, args.slice(command.name.split(' ').length));
  if (values.help === true) return describeCommand(command);
  if (positionals.length !== command.arguments.length) throw new UsageError(`Usage: ${renderUsage(command)}`);
  const stage = typeof values.stage === 'string' ? values.stage : (environment.STAGE ?? 'local');
  return {
    command,
    input: { stage, arguments: positionals, values, apply: values.yes === true },
    json: values.json === true,
  };
}

/** The command whose words the arguments begin with. */
function findCommand(args: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, position) => args[position] === word));
}

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: listOptions(command),
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error} Usage: ${renderUsage(command)}`);
  }
}

function listOptions(command: Command): Readonly<Record<string, OptionDescription>> {
  return { ...command.options, ...COMMON, ...(command.changes && { yes: YES }) };
}

function renderUsage(command: Command): string {
  return ['npm run -s ops --', command.name, ...command.arguments, '[options]'].join(' ');
}

function describeCommands(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: npm run -s ops -- COMMAND [options]',
    '',
    'Operates a deployment. AWS is reached as by every AWS tool: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_*. What would',
    'change something only says so unless --yes is given. Exit code 0: as it should be; 1: not; 2: called wrongly.',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'npm run -s ops -- COMMAND --help shows the options of one.',
    '',
  ].join('\n');
}

function describeCommand(command: Command): string {
  const options = Object.entries(listOptions(command)).map(
    ([name, { type, about }]) => [`--${name}${type === 'string' ? ' VALUE' : ''}`, about] as const,
  );
  const width = Math.max(...options.map(([name]) => name.length));
  return [
    `Usage: ${renderUsage(command)}`,
    '',
    `${command.name}: ${command.summary}.`,
    '',
    ...options.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`),
    '',
  ].join('\n');
}
