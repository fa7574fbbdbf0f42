import { S3Error } from './errors.ts';

/**
 * The policy of a browser-based POST upload. Source: S3 Developer Guide, "POST Policy"; codes and sentences are
 * those S3 answers with.
 */
export interface FieldCondition {
  readonly operator: 'eq' | 'starts-with';
  /** As written, `$` and all; names match without regard to case, values with. */
  readonly field: string;
  readonly value: string;
}

export interface RangeCondition {
  readonly operator: 'content-length-range';
  readonly bounds: readonly [unknown, unknown];
}

export type PolicyCondition = FieldCondition | RangeCondition;

export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly conditions: readonly PolicyCondition[];
}

/** Allowed size of the file in bytes, both ends included. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const UNCOVERED_FIELDS = new Set(['x-amz-signature', 'file', 'policy']);
const IGNORED_PREFIX = 'x-ignore-';

function createInvalidPolicy(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
}

function createViolation(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}

/** Parses a base64 policy. Throws InvalidPolicyDocument saying what S3 would not accept. */
export function parsePostPolicy(base64: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw createInvalidPolicy('Invalid JSON.');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw createInvalidPolicy('Invalid JSON.');
  }
  const { expiration, conditions, ...others } = document as Record<string, unknown>;
  const [unexpected] = Object.keys(others);
  if (unexpected !== undefined) throw createInvalidPolicy(`Unexpected: '${unexpected.toLowerCase()}'`);
  if (expiration === undefined) throw createInvalidPolicy('Policy missing expiration.');
  const time = typeof expiration === 'string' && EXPIRATION.test(expiration) ? Date.parse(expiration) : NaN;
  if (Number.isNaN(time))
    throw createInvalidPolicy(
      `Invalid 'expiration' value: '${typeof expiration === 'string' ? expiration : JSON.stringify(expiration)}'`,
    );
  if (conditions === undefined) throw createInvalidPolicy('Policy missing conditions.');
  if (!Array.isArray(conditions)) throw createInvalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiration: time, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): PolicyCondition {
  if (Array.isArray(condition)) return parseListCondition(condition);
  if (typeof condition !== 'object' || condition === null) {
    throw createInvalidPolicy('Invalid condition: must be a List or Object.');
  }
  const entries = Object.entries(condition);
  const [entry] = entries;
  if (!entry || entries.length !== 1) {
    throw createInvalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    );
  }
  const [field, value] = entry;
  if (typeof value !== 'string') {
    throw createInvalidPolicy('Invalid Simple-Condition: value must be a string.');
  }
  return { operator: 'eq', field: `$${field}`, value };
}

function parseListCondition(condition: readonly unknown[]): PolicyCondition {
  const [name, first, second] = condition;
  if (typeof name !== 'string') {
    throw createInvalidPolicy('Invalid Condition: missing operation identifier.');
  }
  const operator = name.toLowerCase();
  if (operator !== 'eq' && operator !== 'starts-with' && operator !== 'content-length-range') {
    throw createInvalidPolicy(`Invalid Condition: unknown operation '${name}'.`);
  }
  if (condition.length !== 3) throw createInvalidPolicy(`Invalid ${operator}: wrong number of arguments.`);
  if (operator === 'content-length-range') {
    if (readBound(first) < 0 || readBound(second) < 0) {
      throw createInvalidPolicy('Invalid content-length-range: bounds must not be negative.');
    }
    return { operator, bounds: [first, second] };
  }
  if (typeof first !== 'string' || typeof second !== 'string') throw createInvalidPolicy('Invalid JSON.');
  return { operator, field: first, value: second };
}

/** The condition as S3 prints it: `["eq", "$key", "a"]`. */
function formatCondition(condition: PolicyCondition): string {
  const items =
    condition.operator === 'content-length-range'
      ? [condition.operator, ...condition.bounds]
      : [condition.operator, condition.field, condition.value];
  return `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
}

function holds({ operator, value }: FieldCondition, name: string, actual: string): boolean {
  if (operator === 'eq') return actual === value;
  // S3 reads a Content-Type with commas as a list, of which every item must begin so.
  const items = name === 'content-type' ? actual.split(',').map((item) => item.trim()) : [actual];
  return items.every((item) => item.startsWith(value));
}

/** A bound as a number of bytes, NaN when it is not one. S3 takes `"10"` for `10`. */
function readBound(bound: unknown): number {
  if (typeof bound === 'string') return /^-?\d+$/.test(bound) ? Number(bound) : Number.NaN;
  return typeof bound === 'number' ? bound : Number.NaN;
}

function readRange(condition: RangeCondition): SizeRange {
  const min = readBound(condition.bounds[0]);
  const max = readBound(condition.bounds[1]);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) {
    throw createViolation(`Policy Condition failed: ${formatCondition(condition)}`);
  }
  return { min, max };
}

/**
 * Enforces a policy on a form: not expired, every condition met, every field covered by a condition.
 * `fields` has lower-case names and holds `bucket` as the form sent it, if it did. Returns the size the file may
 * have, narrowed by every `content-length-range`. Throws AccessDenied.
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  context: { readonly bucket: string; readonly now: number; readonly maxBytes: number },
): SizeRange {
  if (context.now >= policy.expiration) throw createViolation('Policy expired.');
  let range: SizeRange = { min: 0, max: context.maxBytes };
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    if (condition.operator === 'content-length-range') {
      const { min, max } = readRange(condition);
      range = { min: Math.max(range.min, min), max: Math.min(range.max, max) };
      continue;
    }
    const name = condition.field.startsWith('$') ? condition.field.slice(1).toLowerCase() : undefined;
    const values =
      name === 'bucket'
        ? [context.bucket, fields.get('bucket') ?? context.bucket]
        : [name === undefined ? undefined : fields.get(name)];
    const isMet = values.every(
      (value) => name !== undefined && value !== undefined && holds(condition, name, value),
    );
    if (!isMet || name === undefined) {
      throw createViolation(`Policy Condition failed: ${formatCondition(condition)}`);
    }
    covered.add(name);
  }
  const extra = [...fields.keys()].filter(
    (name) => !covered.has(name) && !UNCOVERED_FIELDS.has(name) && !name.startsWith(IGNORED_PREFIX),
  );
  if (extra.length > 0) throw createViolation(`Extra input fields: ${extra.join(', ')}`);
  return range;
}
