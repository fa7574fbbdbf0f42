import { randomBytes } from 'node:crypto';
import { type Command, describeDryRun, type Input, type Report, UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { readSecrets, removeSecret, SST, writeSecret } from '../sst.ts';

const BYTES = 32;

export const rotateOperatorKey: Command = {
  name: 'rotate operator-key',
  arguments: [],
  summary: 'a new LoupeOperatorKey; the old one ends with the next deployment',
  options: {},
  changes: true,
  run: (input, context) => rotate(input, context, 'LoupeOperatorKey', 'The old operator key stops working.'),
};

const PEPPER = 'LoupeSecret';
const PREVIOUS_PEPPER = 'LoupePreviousSecret';

export const rotatePepper: Command = {
  name: 'rotate pepper',
  arguments: [],
  summary: 'a new LoupeSecret; what was proved by the old one goes on working until --end-grace',
  options: {
    'end-grace': { type: 'boolean', about: 'ends the grace of the last rotation: no new secret' },
    'end-all-keys': {
      type: 'boolean',
      about: 'no grace, after a leak: ends every API key, upload token, cursor and webhook secret',
    },
  },
  changes: true,
  async run(input, context) {
    const [endsGrace, endsAll] = [input.values['end-grace'] === true, input.values['end-all-keys'] === true];
    if (endsGrace && endsAll) throw new UsageError('Say --end-grace or --end-all-keys: not both.');
    if (endsGrace) return endGrace(input, context);
    return endsAll ? endAllKeys(input, context) : beginGrace(input, context);
  },
};

/** The old pepper is kept first: whatever fails after that, no key has ended. */
async function beginGrace(input: Input, context: Context): Promise<Report> {
  const secrets = await readSecrets(context, input.stage);
  const current = secrets.get(PEPPER);
  if (current === undefined) throw new UsageError(`${PEPPER} of ${input.stage} is not set.`);
  // The same in both: an earlier attempt ended between its two steps.
  if (secrets.has(PREVIOUS_PEPPER) && secrets.get(PREVIOUS_PEPPER) !== current) {
    throw new UsageError(
      `${PREVIOUS_PEPPER} of ${input.stage} is set: the last rotation's grace lasts. End it with --end-grace first.`,
    );
  }
  if (input.apply) await writeSecret(context, input.stage, PREVIOUS_PEPPER, current);
  return rotate(
    input,
    context,
    PEPPER,
    'API keys, upload tokens, invitations and cursors of before go on working, and webhooks are signed by both secrets, until --end-grace.',
  );
}

async function endGrace({ stage, apply }: Input, context: Context): Promise<Report> {
  const secrets = await readSecrets(context, stage);
  if (!secrets.has(PREVIOUS_PEPPER))
    throw new UsageError(`${PREVIOUS_PEPPER} of ${stage} is not set: no grace lasts.`);
  const effect =
    'API keys that were not used since the last rotation stop working, and so do upload tokens, invitations, cursors and webhook secrets of before it.';
  const next = `It takes effect with: npx ${SST} deploy --stage ${stage}`;
  const data = { stage, secret: PREVIOUS_PEPPER, effect };
  if (!apply) return describeDryRun([`${PREVIOUS_PEPPER} of ${stage} would be removed.`, effect, next], data);
  await removeSecret(context, stage, PREVIOUS_PEPPER);
  return {
    ok: true,
    data,
    lines: [`${PREVIOUS_PEPPER} of ${stage} is removed.`, `${next}. Then: ${effect}`],
  };
}

async function endAllKeys(input: Input, context: Context): Promise<Report> {
  const secrets = await readSecrets(context, input.stage);
  if (input.apply && secrets.has(PREVIOUS_PEPPER)) await removeSecret(context, input.stage, PREVIOUS_PEPPER);
  return rotate(
    input,
    context,
    PEPPER,
    'Every API key, upload token, cursor and webhook secret of every tenant stops working.',
  );
}

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
