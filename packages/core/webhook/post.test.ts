import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assertPublic } from './address.ts';
import { exchangeSafely, postSafely, type ResolvedAddress } from './post.ts';
import { inside, outside, tricks } from './ssrf-corpus.fixture.ts';

let server: Server;
let port: number;
let reached = 0;
let answer: (url: string) => { status: number; headers?: Record<string, string>; body?: string } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    reached += 1;
    const given = answer(request.url ?? '');
    if (!given) return;
    response.writeHead(given.status, given.headers);
    response.end(given.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  reached = 0;
  answer = () => ({ status: 204 });
});

const production = { development: false, timeoutMs: 1000 };
const development = { development: true, timeoutMs: 1000 };
const resolveTo =
  (...addresses: string[]) =>
  async (): Promise<ResolvedAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('a POST to an address that a stranger chose', () => {
  it('has at least 60 tricks to be tried with', () => {
    expect(tricks('1').length + inside.length).toBeGreaterThanOrEqual(60);
  });

  it('reaches nothing by any trick', async () => {
    for (const url of tricks(String(port))) {
      const result = await postSafely(url, {}, '{}', { ...production, resolve: resolveTo('127.0.0.1') });
      expect(result.status, url).toBeUndefined();
    }
    expect(reached).toBe(0);
  });

  it.each(inside)('does not go to %s, which a public name resolves to', async (address) => {
    expect(() => assertPublic(address)).toThrow('public internet');
    const result = await postSafely(`https://hooks.example.com:${port}/`, {}, '{}', {
      ...production,
      resolve: resolveTo(address),
    });
    expect(result).toMatchObject({
      status: undefined,
      detail: 'The address does not lead to the public internet.',
    });
    expect(reached).toBe(0);
  });

  it.each(outside)('may go to %s', (address) => {
    expect(() => assertPublic(address)).not.toThrow();
  });

  it('does not go to a name of which one address is inside', async () => {
    const resolve = resolveTo('93.184.215.14', '127.0.0.1');
    const result = await postSafely(`https://hooks.example.com:${port}/`, {}, '{}', {
      ...production,
      resolve,
    });
    expect(result.detail).toContain('public internet');
  });

  it('asks a name once: one that changes its mind is connected to what was checked', async () => {
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      // The second answer of a rebinding name.
      return resolveTo(asked.length === 1 ? '192.0.2.1' : '127.0.0.1')();
    };
    await postSafely(`https://hooks.example.com:${port}/`, {}, '{}', { ...production, resolve });
    expect(asked).toEqual(['hooks.example.com']);
    expect(reached).toBe(0);
  });

  it('follows no redirect', async () => {
    answer = (url) =>
      url === '/' ? { status: 302, headers: { location: `http://127.0.0.1:${port}/inner` } } : undefined;
    const result = await postSafely(`http://127.0.0.1:${port}/`, {}, '{}', development);
    expect(result.status).toBe(302);
    expect(reached).toBe(1);
  });

  it('gives up on an address that does not answer, and reads 1 KiB of one that does not end', async () => {
    answer = () => undefined;
    const silent = await postSafely(`http://127.0.0.1:${port}/`, {}, '{}', {
      ...development,
      timeoutMs: 200,
    });
    expect(silent).toMatchObject({ status: undefined, detail: 'There was no answer within 200 ms.' });
    answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) });
    const endless = await postSafely(`http://127.0.0.1:${port}/`, {}, '{}', development);
    expect(endless.status).toBe(200);
    expect(endless.detail).toHaveLength(1024);
  });

  it('goes to this machine in development alone, by its plain names', async () => {
    expect((await postSafely(`http://127.0.0.1:${port}/`, {}, '{}', development)).status).toBe(204);
    expect((await postSafely(`http://127.0.0.1:${port}/`, {}, '{}', production)).status).toBeUndefined();
    expect((await postSafely('http://10.0.0.1/', {}, '{}', development)).status).toBeUndefined();
  });
});

describe('an exchange with an address that a stranger chose', () => {
  const exchange = (options: { maxBytes: number; signal?: AbortSignal; development?: boolean }) =>
    exchangeSafely(`http://127.0.0.1:${port}/`, {}, '{}', { ...development, ...options });

  it('gives the answer, and says whether it is all of it', async () => {
    answer = () => ({ status: 200, body: 'four bytes more' });

    const whole = await exchange({ maxBytes: 15 });
    const cut = await exchange({ maxBytes: 4 });

    expect([whole.status, whole.body.toString(), whole.isWhole]).toEqual([200, 'four bytes more', true]);
    expect([cut.status, cut.body.toString(), cut.isWhole]).toEqual([200, 'four', false]);
  });

  it('follows no redirect', async () => {
    answer = () => ({ status: 302, headers: { location: `http://127.0.0.1:${port}/inside` } });

    expect((await exchange({ maxBytes: 9 })).status).toBe(302);
    expect(reached).toBe(1);
  });

  it('fails for an address inside, and when it is called off', async () => {
    answer = () => undefined;

    await expect(exchange({ maxBytes: 9, development: false })).rejects.toThrow('https://');
    expect(reached).toBe(0);
    await expect(exchange({ maxBytes: 9, signal: AbortSignal.timeout(50) })).rejects.toThrow();
  });
});
