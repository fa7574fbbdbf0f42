import { randomBytes } from 'node:crypto';
import { type Command, describeDryRun, type Input, type Report, UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { SST, writeSecret } from '../sst.ts';

const BYTES = 32;

export const rotateOperatorKey: Command = {
  name: 'rotate operator-key',
  arguments: [],
  summary: 'a new LoupeOperatorKey; the old one ends with the next deployment',
  options: {},
  changes: true,
  run: (input, context) => rotate(input, context, 'LoupeOperatorKey', 'The old operator key stops working.'),
};

export const rotatePepper: Command = {
  name: 'rotate pepper',
  arguments: [],
  summary: 'a new LoupeSecret, after a leak: ends every API key, upload token, cursor and webhook secret',
  options: { 'end-all-keys': { type: 'boolean', about: 'says that this is meant; needed with --yes' } },
  changes: true,
  async run(input, context) {
    if (input.apply && input.values['end-all-keys'] !== true) {
      throw new UsageError(
        'Every API key, upload token, cursor and webhook secret of every tenant would end. If that is meant, add --end-all-keys.',
      );
    }
    return rotate(
      input,
      context,
      'LoupeSecret',
      'Every API key, upload token, cursor and webhook secret of every tenant stops working.',
    );
  },
};

const PROVIDER_KEYS = [
  'OpenaiApiKey',
  'GeminiApiKey',
  'AzureOpenaiApiKey',
  'VertexApiKey',
  'VertexCredentials',
];

export const rotateProviderKey: Command = {
  name: 'rotate provider-key',
  arguments: ['SECRET'],
  summary: `takes the value of LOUPE_NEW_KEY for one of ${PROVIDER_KEYS.join(', ')}`,
  options: {},
  changes: true,
  async run(input, context) {
    const [name = ''] = input.arguments;
    if (!PROVIDER_KEYS.includes(name))
      throw new UsageError(`"${name}" is no key of a provider. There are: ${PROVIDER_KEYS.join(', ')}.`);
    const value = context.environment.LOUPE_NEW_KEY;
    if (input.apply && !value)
      throw new UsageError(
        'Put the new key into LOUPE_NEW_KEY: arguments are seen by every user of a machine.',
      );
    return rotate(input, context, name, 'Calls go on, if the provider takes both keys meanwhile.', value);
  },
};

async function rotate(
  { stage, apply }: Input,
  context: Context,
  name: string,
  effect: string,
  value = randomBytes(BYTES).toString('hex'),
): Promise<Report> {
  const next = `It takes effect with: npx ${SST} deploy --stage ${stage}`;
  const data = { stage, secret: name, effect };
  if (!apply) return describeDryRun([`${name} of ${stage} would get a new value.`, effect, next], data);
  await writeSecret(context, stage, name, value);
  return { ok: true, data, lines: [`${name} of ${stage} has a new value.`, `${next}. Then: ${effect}`] };
}
