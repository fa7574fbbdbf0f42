import { request } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from '../testing/listen.ts';
import { createExplorer } from './index.ts';

function serve(): Promise<string> {
  const explorer = createExplorer(() => ({
    endpoint: '/graphql',
    query: '{ viewer { tenant { name } } }',
    headers: { authorization: 'Bearer loupe_key</script>' },
  }));
  return listen((incoming, response) => {
    if (!explorer(incoming, response)) response.writeHead(418).end();
  });
}

test('every file the page asks for is served from this machine', async () => {
  const origin = await serve();
  const page = await (await fetch(`${origin}/explorer`)).text();
  const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, file]) => file)
    .filter((file) => file !== 'data:,');
  expect(files).toHaveLength(4);
  for (const file of files) {
    expect(file).toMatch(/^\/explorer\//);
    const response = await fetch(origin + file);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  }
});

test('the page carries the preset and cannot be broken out of by it', async () => {
  const page = await (await fetch(`${await serve()}/explorer`)).text();
  expect(page).toContain('{ viewer { tenant { name } } }');
  expect(page).toContain('Bearer loupe_key\\u003c/script>');
});

test('paths outside the explorer are left to the API, unknown files under it are 404', async () => {
  const origin = await serve();
  expect((await fetch(`${origin}/graphql`)).status).toBe(418);
  expect((await fetch(`${origin}/explorers`)).status).toBe(418);
  expect((await fetch(`${origin}/explorer/../package.json`)).status).toBe(418);
  expect((await fetch(`${origin}/explorer/..%2fpackage.json`)).status).toBe(404);
});

test('under a foreign host name the page with its key is refused', async () => {
  const origin = await serve();
  const status = await new Promise((resolve, reject) => {
    request(`${origin}/explorer`, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
