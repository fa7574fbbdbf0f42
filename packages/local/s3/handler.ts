import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, answerError, sendAnswer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { findCorsRule, writeCorsHeaders } from './cors.ts';
import { S3Error } from './errors.ts';
import { postObject } from './operations/post-object.ts';
import { answerPreflight } from './operations/preflight.ts';
import { readRequest, type S3Request } from './request.ts';
import { runOperation } from './router.ts';
import { getBucket, type Service } from './service.ts';

function createIds(): { requestId: string; hostId: string } {
  return {
    requestId: randomBytes(8).toString('hex').toUpperCase(),
    hostId: randomBytes(32).toString('base64'),
  };
}

function isFormUpload(request: S3Request): boolean {
  return (
    request.method === 'POST' &&
    request.bucket !== undefined &&
    request.key === undefined &&
    !request.headers.has('authorization') &&
    !request.query.has('delete')
  );
}

async function answerRequest(service: Service, request: S3Request): Promise<Answer> {
  if (request.method === 'OPTIONS') return answerPreflight(service, request);
  if (isFormUpload(request)) {
    // A form carries its own signature, over its policy.
    const bucket = getBucket(service, request.bucket ?? '');
    return await postObject({ service, request, bucket, payloadHash: '' });
  }
  const { payloadHash } = authenticate(
    {
      method: request.method,
      path: request.path,
      parameters: request.target.parameters,
      headers: request.rawHeaders,
    },
    { region: service.region, credentials: service.credentials, now: service.clock() },
  );
  return await runOperation({ service, request, payloadHash });
}

/** Browsers must be able to read refusals too, so these go on every answer a rule covers. */
function addCorsHeaders(service: Service, request: S3Request, response: ServerResponse): void {
  const origin = request.headers.get('origin');
  const bucket = service.buckets.get(request.bucket ?? '');
  if (origin === undefined || !bucket || request.method === 'OPTIONS') return;
  const rule = findCorsRule(service.cors.get(bucket), origin, request.method);
  if (!rule) return;
  for (const [name, value] of Object.entries(writeCorsHeaders(rule, origin))) response.setHeader(name, value);
}

function toS3Error(error: unknown): S3Error {
  return error instanceof S3Error ? error : new S3Error('InternalError');
}

/** Answers one request, whatever becomes of it; never throws. */
export async function handleRequest(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const ids = createIds();
  const method = incoming.method ?? 'GET';
  const isHead = method === 'HEAD';
  response.setHeader('x-amz-request-id', ids.requestId);
  response.setHeader('x-amz-id-2', ids.hostId);
  response.setHeader('Date', new Date(service.clock()).toUTCString());
  response.setHeader('Server', 'AmazonS3');
  const resource = (incoming.url ?? '/').split('?', 1)[0] ?? '/';
  // A socket that breaks is the client's affair; what it leaves behind is cleaned up where it was written.
  response.on('error', () => undefined);
  incoming.on('error', () => undefined);
  try {
    const answer = await readRequestAndAnswer();
    await sendAnswer(response, answer, { isHead });
  } catch {
    response.destroy();
  } finally {
    incoming.resume();
  }

  async function readRequestAndAnswer(): Promise<Answer> {
    try {
      const request = readRequest(incoming, ids);
      addCorsHeaders(service, request, response);
      return await answerRequest(service, request);
    } catch (error) {
      return answerError(toS3Error(error), { method, resource, ...ids });
    }
  }
}
