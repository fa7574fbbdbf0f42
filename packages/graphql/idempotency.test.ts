import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, isInputObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';

const schema = buildSchema(
  readFileSync(join(import.meta.dirname, '..', '..', 'schema', 'schema.graphql'), 'utf8'),
);

/** Mutations that end something: what has ended stays ended, however often that is asked. */
const ENDING = /^(abort|archive|cancel|complete|remove|revoke)/;

/** Why a mutation needs neither an idempotency key nor an expected version. */
const REASONS: Readonly<Record<string, string>> = {
  acceptInvitation: 'An invitation is accepted once.',
  addDatasetItems: 'A version is named by its content: the same items give the same version.',
  calibrateProfile: 'The same reviews give the same curve, and the newest counts.',
  checkConnection: 'It asks; the newest answer counts.',
  createUploadToken: 'A token is nowhere stored and ends by itself.',
  deleteTenant: 'Asked again, it gives the deletion that is on its way.',
  redeliverWebhook: 'The delivery is known by its id, and receivers tell repeats by it.',
  renewSampleUpload: 'A ticket is nowhere stored and ends by itself.',
  restoreTenant: 'A tenant that works stays at work.',
  resumeEvaluation: 'Only one that stopped goes on.',
  setRetention: 'The rule is replaced as a whole: the same rule is the same.',
  signMultipartUploadParts: 'A signature is nowhere stored and ends by itself.',
  startDatasetImport: 'An import begins once.',
  testWebhook: 'A test event means nothing to its receiver.',
};

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => {
  const [argument] = field.args;
  const input = argument && getNamedType(argument.type);
  const fields = input && isInputObjectType(input) ? Object.keys(input.getFields()) : [];
  return {
    name: field.name,
    isGuarded: fields.includes('idempotencyKey') || fields.includes('expectedVersion'),
  };
});

describe('a mutation that is sent twice', () => {
  it.each(mutations)('$name has one effect, by a key, a version or its nature', ({ name, isGuarded }) => {
    expect(isGuarded || ENDING.test(name) || name in REASONS).toBe(true);
  });

  it('has its reason on the list only where it needs one', () => {
    const unguarded = mutations.flatMap(({ name, isGuarded }) => (isGuarded ? [] : [name]));
    expect(unguarded).toEqual(expect.arrayContaining(Object.keys(REASONS)));
  });
});
