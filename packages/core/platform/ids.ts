import { monotonicFactory } from 'ulid';

/** Prefix of each noun's ids. */
const prefixes = {
  tenant: 'ten',
  apiKey: 'key',
  profile: 'prf',
  profileVersion: 'pfv',
  sample: 'smp',
  inspection: 'ins',
  dataset: 'dst',
  datasetVersion: 'dsv',
  datasetImport: 'dsi',
  deletion: 'del',
  evaluation: 'evl',
  export: 'exp',
  invitation: 'inv',
  auditEntry: 'aud',
  connection: 'con',
  webhook: 'whk',
  delivery: 'dlv',
  member: 'mem',
  turn: 'trn',
  profileDraft: 'drf',
  decisionChange: 'dcc',
  review: 'rev',
} as const;

export type Noun = keyof typeof prefixes;

/** Makes ids `<prefix>_<ULID>`, 30 characters, ordered by time within a process. */
export type IdGenerator = (noun: Noun) => string;

const idPattern = /^([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}$/;

export function createIdGenerator(clock: () => number): IdGenerator {
  const nextUlid = monotonicFactory();
  return (noun) => `${prefixes[noun]}_${nextUlid(clock())}`;
}

/** The noun an id belongs to; undefined when it is not one of our ids. */
export function parseNoun(id: string): Noun | undefined {
  const prefix = idPattern.exec(id)?.[1];
  return (Object.keys(prefixes) as Noun[]).find((noun) => prefixes[noun] === prefix);
}

export function isIdOf(noun: Noun, id: string): boolean {
  return parseNoun(id) === noun;
}
