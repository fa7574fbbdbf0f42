import { watch } from 'node:fs';
import { join } from 'node:path';
import type { FunctionResource } from '@loupe/core/resources';

/** An editor writes a file in several steps, and a checkout writes many files. */
const SETTLED_MS = 100;
const IGNORED = /(^|[\\/])(node_modules|\.[^\\/]+)([\\/]|$)|\.test\.ts$/;
const SOURCE = /\.(ts|js|json|graphql)$/;

/**
 * Calls `onChange` with a changed file's name once the files under the handlers' top folders (`packages` for
 * `packages/functions/api.ts#handler`) rest after a change.
 */
export function watchHandlers(
  root: string,
  functions: readonly FunctionResource[],
  onChange: (file: string) => void,
): { stop(): void } {
  const folders = new Set(functions.map(({ handler }) => /^[^/]+(?=\/)/.exec(handler)?.[0] ?? ''));
  let timer: NodeJS.Timeout | undefined;
  const watchers = [...folders].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, file) => {
      if (file === null || IGNORED.test(file) || !SOURCE.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => onChange(join(folder, file)), SETTLED_MS);
    }),
  );
  return {
    stop: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
