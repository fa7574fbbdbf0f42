import type { Provider as StoredProvider } from '@loupe/core/connection';
import type { ConnectionResolvers, Provider } from '../../generated/types.ts';

const names = { openai: 'OPENAI', gemini: 'GEMINI' } as const satisfies Record<StoredProvider, Provider>;

export const connection: ConnectionResolvers = {
  check: ({ check }) => check && { at: check.at, detail: check.detail, working: check.isWorking },
  provider: ({ provider }) => names[provider],
  version: ({ rev }) => rev,
};

export function readProvider(provider: Provider): StoredProvider {
  return provider === 'OPENAI' ? 'openai' : 'gemini';
}
