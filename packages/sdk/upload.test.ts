import { describe, expect, it } from 'vitest';
import { UploadError, uploadFile } from './upload.ts';

const ticket = {
  url: 'https://store.example/',
  method: 'POST',
  fields: [
    { name: 'key', value: 'a/b' },
    { name: 'policy', value: 'p' },
  ],
};
const refusal = (status: number, code: string) =>
  new Response(`<Error><Code>${code}</Code><Message>No.</Message></Error>`, { status });

/** Answers in order; an error is thrown as a broken connection. */
function answer(...answers: (Response | Error)[]) {
  const bodies: FormData[] = [];
  const send: typeof fetch = async (_url, init) => {
    bodies.push(init?.body as FormData);
    const next = answers.shift();
    if (!next || next instanceof Error) throw next ?? new Error('asked too often');
    return next;
  };
  return { send, bodies };
}

describe('uploadFile', () => {
  it("sends the ticket's fields in their order and the file last", async () => {
    const { send, bodies } = answer(new Response(null, { status: 204 }));
    await uploadFile(ticket, new Uint8Array([1, 2, 3]), { fetch: send });
    expect([...(bodies[0]?.keys() ?? [])]).toEqual(['key', 'policy', 'file']);
    expect(bodies[0]?.get('file')).toMatchObject({ size: 3 });
  });

  it('tries again after a broken connection and after 5xx', async () => {
    const { send, bodies } = answer(
      new Error('reset'),
      refusal(503, 'SlowDown'),
      new Response(null, { status: 204 }),
    );
    await uploadFile(ticket, new Uint8Array(1), { fetch: send, backoffMs: 1 });
    expect(bodies).toHaveLength(3);
  });

  it('does not try again when the store refuses the file', async () => {
    const { send, bodies } = answer(refusal(400, 'EntityTooLarge'));
    await expect(uploadFile(ticket, new Uint8Array(1), { fetch: send })).rejects.toMatchObject({
      status: 400,
      code: 'EntityTooLarge',
    });
    expect(bodies).toHaveLength(1);
  });

  it('gives up after its retries', async () => {
    const { send } = answer(refusal(500, 'InternalError'), refusal(500, 'InternalError'));
    const failed = uploadFile(ticket, new Uint8Array(1), { fetch: send, retries: 1, backoffMs: 1 });
    await expect(failed).rejects.toBeInstanceOf(UploadError);
  });
});
