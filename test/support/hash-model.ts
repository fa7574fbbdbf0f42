import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A model server with OpenAI's protocol whose score depends on the question alone: the same question, the same answer.
 * It states a limit that nothing here reaches.
 */
export interface HashModel {
  readonly baseUrl: string;
  /** Questions that were answered. */
  readonly answered: () => number;
  /** From now on every question is met with this status; undefined for answers. */
  readonly fail: (status: number | undefined) => void;
  readonly stop: () => Promise<void>;
}

/** @param latencyMs time an answer takes */
export async function startHashModel(latencyMs = 0): Promise<HashModel> {
  let [answered, status]: [number, number | undefined] = [0, undefined];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', async () => {
      if (latencyMs > 0) await sleep(latencyMs);
      response.setHeader('content-type', 'application/json');
      response.setHeader('x-ratelimit-limit-requests', '1000000');
      if (status !== undefined) {
        response.statusCode = status;
        response.end('{"error":{"message":"out","type":"server_error","code":null,"param":null}}');
        return;
      }
      answered++;
      const score = hash.digest().readUInt16BE(0) / 65_535;
      const content = JSON.stringify({
        reasoning: 'By the hash.',
        correctness: score < 0.5 ? 1 : 0,
        anomaly_score: score,
      });
      response.end(
        JSON.stringify({
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1,
          model: 'hash',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
          usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    answered: () => answered,
    fail: (next) => {
      status = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
