import type { CorsRule } from '@loupe/core/resources';
import { S3Error } from './errors.ts';
import { parseXml, readChildren, readElements, readText, readTexts, writeXml } from './xml.ts';

/** A rule as S3 keeps it: an ID and a maximum age are optional there. */
export type BucketCorsRule = Omit<CorsRule, 'maxAgeSeconds'> & {
  readonly maxAgeSeconds?: number;
  readonly id?: string;
};

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];
const MAX_RULES = 100;

/** True when `pattern`, which may hold one `*`, covers `text`. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [head = '', tail] = pattern.split('*');
  if (tail === undefined) return pattern === text;
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

/** The first rule that covers the origin, the method and every header asked for, which are in lower case. */
export function findCorsRule(
  rules: readonly BucketCorsRule[],
  origin: string,
  method: string,
  headerNames: readonly string[] = [],
): BucketCorsRule | undefined {
  const covers = (patterns: readonly string[], text: string) =>
    patterns.some((pattern) => matchesWildcard(pattern, text));
  return rules.find(({ allowedOrigins, allowedMethods, allowedHeaders }) => {
    const headers = allowedHeaders.map((pattern) => pattern.toLowerCase());
    const coversHeaders = headerNames.every((name) => covers(headers, name));
    return covers(allowedOrigins, origin) && allowedMethods.includes(method) && coversHeaders;
  });
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
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/**
 * The headers of an answer to a browser's preflight. Source: S3 API Reference, "OPTIONS object".
 * Throws BadRequest and AccessForbidden.
 */
export function answerPreflight(
  rules: readonly BucketCorsRule[],
  headers: ReadonlyMap<string, string>,
): Record<string, string> {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method') ?? 'null';
  if (origin === undefined) throw new S3Error('BadRequest', 'Origin request header needed.');
  if (!METHODS.includes(method)) {
    throw new S3Error('BadRequest', `Invalid Access-Control-Request-Method: ${method}`);
  }
  const asked = (headers.get('access-control-request-headers') ?? '').toLowerCase().split(',');
  const headerNames = asked.map((name) => name.trim()).filter((name) => name !== '');
  const rule = findCorsRule(rules, origin, method, headerNames);
  if (rule) return writeCorsHeaders(rule, origin, headerNames);
  const why = rules.length === 0 ? 'CORSResponse: CORS is not enabled for this bucket.' : undefined;
  throw new S3Error('AccessForbidden', why, { Method: method });
}

/** Throws MalformedXML, or InvalidRequest for a method or wildcard S3 does not take. */
export function parseCorsConfiguration(xml: string): BucketCorsRule[] {
  const elements = readElements(parseXml(xml, 'CORSConfiguration'), 'CORSRule');
  if (elements.length === 0 || elements.length > MAX_RULES) throw new S3Error('MalformedXML');
  return elements.map((element) => {
    const rule = readChildren(element);
    const allowedOrigins = readTexts(rule, 'AllowedOrigin');
    const allowedMethods = readTexts(rule, 'AllowedMethod');
    const allowedHeaders = readTexts(rule, 'AllowedHeader');
    const id = readText(rule, 'ID');
    const maxAge = readText(rule, 'MaxAgeSeconds');
    const isComplete = allowedOrigins.length > 0 && allowedMethods.length > 0;
    if (!isComplete || !/^\d{1,10}$/.test(maxAge ?? '0')) throw new S3Error('MalformedXML');
    const badMethod = allowedMethods.find((method) => !METHODS.includes(method));
    if (badMethod !== undefined) {
      throw new S3Error('InvalidRequest', `Found unsupported HTTP method in CORS config: ${badMethod}`);
    }
    const badPattern = [...allowedOrigins, ...allowedHeaders].find((text) => text.split('*').length > 2);
    if (badPattern !== undefined) {
      throw new S3Error('InvalidRequest', `"${badPattern}" can not have more than one wildcard.`);
    }
    return {
      allowedOrigins,
      allowedMethods,
      allowedHeaders,
      exposeHeaders: readTexts(rule, 'ExposeHeader'),
      ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
      ...(id !== undefined && { id }),
    };
  });
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
