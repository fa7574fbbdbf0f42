import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ExplorerPreset, renderPage } from './page.ts';

export const EXPLORER_PATH = '/explorer';

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The explorer's files, from the installed packages: nothing comes from the network. */
const ASSETS: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  'react.js': { file: findFile('react', 'umd/react.production.min.js'), type: JAVASCRIPT },
  'react-dom.js': { file: findFile('react-dom', 'umd/react-dom.production.min.js'), type: JAVASCRIPT },
  'graphiql.js': { file: findFile('graphiql', 'graphiql.min.js'), type: JAVASCRIPT },
  'graphiql.css': { file: findFile('graphiql', 'graphiql.min.css'), type: 'text/css; charset=utf-8' },
};

/** Answers requests under `/explorer` and returns true; returns false for any other path. */
export type Explorer = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * GraphiQL without network. `preset` is asked at every visit. The page carries a credential, so it is served
 * only under a loopback name: a foreign page cannot reach it by a host name of its own (DNS rebinding).
 */
export function createExplorer(preset: () => ExplorerPreset): Explorer {
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path !== EXPLORER_PATH && !path.startsWith(`${EXPLORER_PATH}/`)) return false;
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!LOOPBACK_NAMES.has(host)) {
      send(
        response,
        403,
        'text/plain',
        Buffer.from('The explorer answers under 127.0.0.1 and localhost only.'),
      );
    } else if (path === EXPLORER_PATH) {
      send(response, 200, 'text/html; charset=utf-8', Buffer.from(renderPage(preset())));
    } else {
      void sendAsset(response, path.slice(EXPLORER_PATH.length + 1));
    }
    return true;
  };
}

async function sendAsset(response: ServerResponse, name: string): Promise<void> {
  const asset = ASSETS[name];
  if (asset === undefined) {
    send(response, 404, 'text/plain', Buffer.from('Not found.'));
    return;
  }
  send(response, 200, asset.type, await readFile(asset.file), 'max-age=3600');
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: Buffer,
  caching = 'no-store',
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': caching,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  response.end(body);
}

function findFile(packageName: string, file: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  return join(dirname(manifest), file);
}
