import type { CorsRule } from '../../core/platform/resources.ts';
import { S3Error } from './errors.ts';
import { parseXml, readChildren, readElements, readText, writeXml } from './xml.ts';

/** A rule as S3 keeps it: an ID and a maximum age are optional there. */
export type BucketCorsRule = Omit<CorsRule, 'maxAgeSeconds'> & {
  readonly maxAgeSeconds?: number;
  readonly id?: string;
};

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];
const MAX_RULES = 100;
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** True when `pattern`, which may hold one `*`, covers `text`. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function allowsOrigin(rule: BucketCorsRule, origin: string): boolean {
  return rule.allowedOrigins.some((pattern) => matchesWildcard(pattern, origin));
}

function allowsHeaders(rule: BucketCorsRule, names: readonly string[]): boolean {
  return names.every((name) =>
    rule.allowedHeaders.some((pattern) => matchesWildcard(pattern.toLowerCase(), name)),
  );
}

/** The first rule that covers the origin, the method and every header asked for. */
export function findCorsRule(
  rules: readonly BucketCorsRule[],
  origin: string,
  method: string,
  headerNames: readonly string[] = [],
): BucketCorsRule | undefined {
  return rules.find(
    (rule) =>
      allowsOrigin(rule, origin) && rule.allowedMethods.includes(method) && allowsHeaders(rule, headerNames),
  );
}

/** Header names of `Access-Control-Request-Headers`, lower case. */
export function splitHeaderNames(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** Headers S3 adds to an answer whose request a rule covers. */
export function writeCorsHeaders(
  rule: BucketCorsRule,
  origin: string,
  requestedHeaders: readonly string[] = [],
): Record<string, string> {
  const isAnyOrigin = rule.allowedOrigins.includes('*');
  return {
    'Access-Control-Allow-Origin': isAnyOrigin ? '*' : origin,
    ...(!isAnyOrigin && { 'Access-Control-Allow-Credentials': 'true' }),
    'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
    ...(requestedHeaders.length > 0 && { 'Access-Control-Allow-Headers': requestedHeaders.join(', ') }),
    ...(rule.exposeHeaders.length > 0 && { 'Access-Control-Expose-Headers': rule.exposeHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(rule.maxAgeSeconds) }),
    Vary: VARY,
  };
}

/** Throws MalformedXML, or InvalidRequest for a method or wildcard S3 does not take. */
export function parseCorsConfiguration(xml: string): BucketCorsRule[] {
  const rules = readElements(parseXml(xml, 'CORSConfiguration'), 'CORSRule').map(parseRule);
  if (rules.length === 0 || rules.length > MAX_RULES) throw new S3Error('MalformedXML');
  return rules;
}

function parseRule(element: Parameters<typeof readChildren>[0]): BucketCorsRule {
  const children = readChildren(element);
  const readTexts = (name: string) =>
    readElements(children, name).map((item) => {
      if (typeof item !== 'string') throw new S3Error('MalformedXML');
      return item;
    });
  const allowedOrigins = readTexts('AllowedOrigin');
  const allowedMethods = readTexts('AllowedMethod');
  const allowedHeaders = readTexts('AllowedHeader');
  if (allowedOrigins.length === 0 || allowedMethods.length === 0) throw new S3Error('MalformedXML');
  const badMethod = allowedMethods.find((method) => !METHODS.includes(method));
  if (badMethod !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${badMethod}`,
    );
  }
  for (const [name, values] of [
    ['AllowedOrigin', allowedOrigins],
    ['AllowedHeader', allowedHeaders],
  ] as const) {
    const bad = values.find((value) => value.split('*').length > 2);
    if (bad !== undefined) {
      throw new S3Error('InvalidRequest', `${name} "${bad}" can not have more than one wildcard.`);
    }
  }
  const id = readText(children, 'ID');
  const maxAge = readText(children, 'MaxAgeSeconds');
  if (maxAge !== undefined && !/^\d{1,10}$/.test(maxAge)) throw new S3Error('MalformedXML');
  return {
    allowedOrigins,
    allowedMethods,
    allowedHeaders,
    exposeHeaders: readTexts('ExposeHeader'),
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    ...(id !== undefined && { id }),
  };
}

export function writeCorsConfiguration(rules: readonly BucketCorsRule[]): string {
  return writeXml('CORSConfiguration', {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedMethod: rule.allowedMethods,
      AllowedOrigin: rule.allowedOrigins,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  });
}
