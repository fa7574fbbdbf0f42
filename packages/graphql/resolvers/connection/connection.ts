import type { Provider as StoredProvider } from '@loupe/core/connection';
import type { ConnectionResolvers, Provider } from '../../generated/types.ts';

const names = { openai: 'OPENAI', gemini: 'GEMINI', segmenter: 'SEGMENTER' } as const satisfies Record<
  StoredProvider,
  Provider
>;

const stored = { OPENAI: 'openai', GEMINI: 'gemini', SEGMENTER: 'segmenter' } as const satisfies Record<
  Provider,
  StoredProvider
>;

export const connection: ConnectionResolvers = {
  check: ({ check }) => check && { at: check.at, detail: check.detail, working: check.isWorking },
  provider: ({ provider }) => names[provider],
  version: ({ rev }) => rev,
};

export function readProvider(provider: Provider): StoredProvider {
  return stored[provider];
}
