import type { Answer } from '../answer.ts';
import { findCorsRule, splitHeaderNames, writeCorsHeaders } from '../cors.ts';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { getBucket, type Service } from '../service.ts';

const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];

/** A browser's preflight. It carries no signature. Source: S3 API Reference, "OPTIONS object". */
export function answerPreflight(service: Service, request: S3Request): Answer {
  const origin = request.headers.get('origin');
  const method = request.headers.get('access-control-request-method');
  if (origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (method === undefined || !METHODS.includes(method)) {
    throw new S3Error('BadRequest', `Invalid Access-Control-Request-Method: ${method ?? 'null'}`);
  }
  const rules = service.cors.get(getBucket(service, request.bucket ?? ''));
  const headerNames = splitHeaderNames(request.headers.get('access-control-request-headers'));
  const rule = findCorsRule(rules, origin, method, headerNames);
  if (!rule) {
    throw new S3Error(
      'AccessForbidden',
      rules.length === 0
        ? 'CORSResponse: CORS is not enabled for this bucket.'
        : "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      { Method: method, ResourceType: request.key === undefined ? 'BUCKET' : 'OBJECT' },
    );
  }
  return { status: 200, headers: writeCorsHeaders(rule, origin, headerNames) };
}
