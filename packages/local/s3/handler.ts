import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Answer, answerXml } from './answer.ts';
import { authenticate } from './authentication.ts';
import { answerPreflight, findCorsRule, writeCorsHeaders } from './cors.ts';
import { S3Error } from './errors.ts';
import { mayReset, mayTrickle } from './faulty-body.ts';
import { postObject } from './operations/post-object.ts';
import { readRequest, type S3Request } from './request.ts';
import { runOperation } from './router.ts';
import { getBucket, getCorsRules, type Service } from './service.ts';

/** Answers one request, whatever becomes of it; never throws. */
export async function handleRequest(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const hostId = randomBytes(32).toString('base64');
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', hostId);
  response.setHeader('Date', new Date(service.clock()).toUTCString());
  response.setHeader('Server', 'AmazonS3');
  // A socket that breaks is the client's affair; what it leaves behind is cleaned up where it was written.
  response.on('error', () => undefined);
  incoming.on('error', () => undefined);
  try {
    await sendAnswer(service, response, await readAndAnswer());
  } catch {
    response.destroy();
  } finally {
    incoming.resume();
  }

  async function readAndAnswer(): Promise<Answer> {
    try {
      const body = readBody(service, incoming);
      const request = readRequest(incoming, { body, requestId, hostId });
      addCorsHeaders(service, request, response);
      return await answerFaultily(service, request);
    } catch (error) {
      if (!(error instanceof S3Error) && !incoming.socket.destroyed) {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        service.log(`Request ${requestId} failed: ${reason}`);
      }
      const known = error instanceof S3Error ? error : new S3Error('InternalError');
      return answerError(known, {
        Resource: incoming.url?.split('?')[0],
        RequestId: requestId,
        HostId: hostId,
      });
    }
  }
}

/** Leaving early leaves the stream alive, so that an answer can still be sent. */
function readBody({ faults }: Service, incoming: IncomingMessage): AsyncIterable<Uint8Array> {
  const bytes = incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const length = Number(incoming.headers['content-length'] ?? 1);
  return mayReset(bytes, { faults, socket: incoming.socket, length });
}

/** Browsers must be able to read refusals too, so these go on every answer a rule covers. */
function addCorsHeaders(service: Service, request: S3Request, response: ServerResponse): void {
  const origin = request.headers.get('origin');
  const bucket = service.buckets.get(request.bucket ?? '');
  if (origin === undefined || !bucket || request.method === 'OPTIONS') return;
  const rule = findCorsRule(getCorsRules(service, bucket), origin, request.method);
  if (!rule) return;
  for (const [name, value] of Object.entries(writeCorsHeaders(rule, origin))) response.setHeader(name, value);
}

/** An internal error comes before the work or, as on S3, after it. */
async function answerFaultily(service: Service, request: S3Request): Promise<Answer> {
  const { faults } = service;
  if (faults.happens('s3.slow-down')) throw new S3Error('SlowDown');
  const fails = faults.happens('s3.internal-error');
  if (fails && faults.draw() < 0.5) throw new S3Error('InternalError');
  const answer = await answerRequest(service, request);
  if (!fails) return answer;
  answer.release?.();
  throw new S3Error('InternalError');
}

async function answerRequest(service: Service, request: S3Request): Promise<Answer> {
  const { method, headers, query, bucket, key } = request;
  if (method === 'OPTIONS') {
    const rules = getCorsRules(service, getBucket(service, bucket));
    return { status: 200, headers: answerPreflight(rules, headers) };
  }
  const isAnonymousPost = method === 'POST' && !headers.has('authorization') && !query.has('delete');
  if (isAnonymousPost && bucket !== undefined && key === undefined) {
    // A form carries its own signature, over its policy.
    return await postObject({ service, request, bucket: getBucket(service, bucket), payloadHash: '' });
  }
  return await runOperation({ service, request, payloadHash: authenticate(request, service) });
}

/** The error document; 304 has none. */
function answerError(
  { status, code, message, details }: S3Error,
  more: Record<string, string | undefined>,
): Answer {
  if (status === 304) return { status, headers: { ...details } };
  return answerXml(
    'Error',
    { Code: code, Message: message, ...details, ...more },
    { status, namespace: false },
  );
}

async function sendAnswer({ faults }: Service, response: ServerResponse, answer: Answer): Promise<void> {
  const { status, body, release } = answer;
  const { socket } = response.req;
  try {
    const headers = { ...answer.headers };
    if (typeof body === 'string') headers['Content-Length'] = String(Buffer.byteLength(body));
    else if (body === undefined && status !== 204 && status !== 304) headers['Content-Length'] ??= '0';
    response.writeHead(status, headers);
    if (response.req.method === 'HEAD' || body === undefined) response.end();
    else if (typeof body === 'string') response.end(body);
    else {
      const transfer = { faults, socket, length: Number(headers['Content-Length']) };
      const sent = mayReset(mayTrickle(body, transfer), transfer);
      await pipeline(Readable.from(sent, { objectMode: false }), response);
    }
  } finally {
    release?.();
  }
}
