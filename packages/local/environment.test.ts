import { expect, test } from 'vitest';
import { readFunctionEnvironment } from './environment.ts';

test('keys and addresses of model providers are passed on, everything else stays outside', () => {
  expect(
    readFunctionEnvironment({
      OPENAI_API_KEY: 'key',
      GEMINI_API_KEY: '',
      AWS_PROFILE: 'work',
      NODE_ENV: 'production',
      PATH: '/bin',
    }),
  ).toEqual({ OPENAI_API_KEY: 'key', PATH: '/bin' });
});

test("a provider's own name for its address counts where Loupe's is not set", () => {
  const OPENAI_BASE_URL = 'http://127.0.0.1:8000/v1';
  expect(readFunctionEnvironment({ OPENAI_BASE_URL }).LOUPE_OPENAI_BASE_URL).toBe(OPENAI_BASE_URL);
  const own = 'http://127.0.0.1:9000/v1';
  expect(readFunctionEnvironment({ OPENAI_BASE_URL, LOUPE_OPENAI_BASE_URL: own }).LOUPE_OPENAI_BASE_URL).toBe(
    own,
  );
});
