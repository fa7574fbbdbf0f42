import { S3Error } from './errors.ts';

/**
 * The policy of a browser-based POST upload. Source: S3 Developer Guide, "POST Policy"; codes and sentences are
 * those S3 answers with.
 */
export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

/** E.g. `['eq', '$key', 'a']`; fields as written, `$` and all, match without regard to case, values with. */
type Condition = readonly [operator: Operator, first: unknown, second: unknown];
type Operator = (typeof OPERATORS)[number];

/** Allowed size of the file in bytes, both ends included. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

const OPERATORS = ['eq', 'starts-with', 'content-length-range'] as const;
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const UNCOVERED_FIELDS = /^(x-amz-signature|file|policy|x-ignore-.*)$/s;

function createInvalidPolicy(why: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${why}`);
}

function createViolation(why: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}

function createFailure(condition: Condition): S3Error {
  const text = condition.map((item) => JSON.stringify(item)).join(', ');
  return createViolation(`Policy Condition failed: [${text}]`);
}

function parseDocument(base64: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document };
  } catch {}
  throw createInvalidPolicy('Invalid JSON.');
}

/** Parses a base64 policy. Throws InvalidPolicyDocument saying what S3 would not accept. */
export function parsePostPolicy(base64: string): PostPolicy {
  const { expiration, conditions, ...others } = parseDocument(base64);
  const [unexpected] = Object.keys(others);
  if (unexpected !== undefined) throw createInvalidPolicy(`Unexpected: '${unexpected.toLowerCase()}'`);
  if (expiration === undefined) throw createInvalidPolicy('Policy missing expiration.');
  const text = typeof expiration === 'string' ? expiration : JSON.stringify(expiration);
  const time = text === expiration && EXPIRATION.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw createInvalidPolicy(`Invalid 'expiration' value: '${text}'`);
  if (conditions === undefined) throw createInvalidPolicy('Policy missing conditions.');
  if (!Array.isArray(conditions)) throw createInvalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiration: time, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return parseListCondition(condition);
  if (typeof condition !== 'object' || condition === null) {
    throw createInvalidPolicy('Invalid condition: must be a List or Object.');
  }
  const [entry, ...more] = Object.entries(condition);
  if (!entry || more.length > 0) {
    throw createInvalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    );
  }
  const [field, value] = entry;
  if (typeof value === 'string') return ['eq', `$${field}`, value];
  throw createInvalidPolicy('Invalid Simple-Condition: value must be a string.');
}

function parseListCondition(condition: readonly unknown[]): Condition {
  const [name, first, second] = condition;
  if (typeof name !== 'string') {
    throw createInvalidPolicy('Invalid Condition: missing operation identifier.');
  }
  const operator = OPERATORS.find((known) => known === name.toLowerCase());
  if (!operator) throw createInvalidPolicy(`Invalid Condition: unknown operation '${name}'.`);
  if (condition.length !== 3) throw createInvalidPolicy(`Invalid ${operator}: wrong number of arguments.`);
  if (operator !== 'content-length-range') {
    if (typeof first !== 'string' || typeof second !== 'string') throw createInvalidPolicy('Invalid JSON.');
  } else if (readBound(first) < 0 || readBound(second) < 0) {
    throw createInvalidPolicy('Invalid content-length-range: bounds must not be negative.');
  }
  return [operator, first, second];
}

function holds([operator, , wanted]: Condition, name: string, actual: string): boolean {
  const value = String(wanted);
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

function narrowRange(range: SizeRange, condition: Condition): SizeRange {
  const [, min, max] = condition.map(readBound);
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) throw createFailure(condition);
  return { min: Math.max(range.min, Number(min)), max: Math.min(range.max, Number(max)) };
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
    const [operator, field] = condition;
    if (operator === 'content-length-range') {
      range = narrowRange(range, condition);
      continue;
    }
    const name = String(field).replace(/^\$/, '').toLowerCase();
    const sent = fields.get(name);
    const values = name === 'bucket' ? [context.bucket, sent ?? context.bucket] : [sent];
    const isMet = values.every((value) => value !== undefined && holds(condition, name, value));
    if (!isMet || !String(field).startsWith('$')) throw createFailure(condition);
    covered.add(name);
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !UNCOVERED_FIELDS.test(name));
  if (extra.length > 0) throw createViolation(`Extra input fields: ${extra.join(', ')}`);
  return range;
}
