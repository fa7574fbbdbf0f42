import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookError } from './webhook.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body =
  '{"type":"inspection.completed","timestamp":"2026-11-22T08:30:00.000Z","data":{"inspectionId":"ins_1"}}';
const at = new Date('2026-11-22T08:30:00Z');
const sign = (text = body, key = secret, id = 'dlv_1') => ({
  'webhook-id': id,
  'webhook-timestamp': String(at.getTime() / 1000),
  'webhook-signature': new Webhook(key).sign(id, at, text),
});
const verify = (headers: Record<string, string>, text = body, now = at.getTime()) =>
  verifyWebhook(secret, headers, text, { now });

describe('verifyWebhook', () => {
  it('accepts what the reference library signs', async () => {
    await expect(verify(sign())).resolves.toMatchObject({ type: 'inspection.completed' });
    await expect(
      verifyWebhook(secret, new Headers(sign()), body, { now: at.getTime() }),
    ).resolves.toBeDefined();
  });

  it('accepts one of several signatures, as during a rotation', async () => {
    const [own, other] = [sign(), sign(body, `whsec_${btoa('another secret, 24 bytes')}`)];
    const both = `${other['webhook-signature']} v1a,unknown ${own['webhook-signature']}`;
    await expect(verify({ ...own, 'webhook-signature': both })).resolves.toBeDefined();
    await expect(verify(other)).rejects.toBeInstanceOf(WebhookError);
  });

  it('refuses another body, id, time or version', async () => {
    const headers = sign();
    const refused = [
      () => verify(headers, body.replace('ins_1', 'ins_2')),
      () => verify({ ...headers, 'webhook-id': 'dlv_2' }),
      () => verify({ ...headers, 'webhook-timestamp': String(at.getTime() / 1000 + 1) }),
      () => verify({ ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') }),
      () => verify({ ...headers, 'webhook-signature': 'v1,not base64!' }),
    ];
    for (const one of refused) await expect(one()).rejects.toBeInstanceOf(WebhookError);
  });

  it('refuses what is more than five minutes old, or from the future', async () => {
    await expect(verify(sign(), body, at.getTime() + 300_000)).resolves.toBeDefined();
    await expect(verify(sign(), body, at.getTime() + 301_000)).rejects.toThrow('too old');
    await expect(verify(sign(), body, at.getTime() - 301_000)).rejects.toThrow('too old');
  });

  it('says which header is missing', async () => {
    const { 'webhook-id': id, ...rest } = sign();
    expect(id).toBe('dlv_1');
    await expect(verify(rest)).rejects.toThrow('webhook-id');
  });
});
