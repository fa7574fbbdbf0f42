import { describe, expect, it } from 'vitest';
import { checkSecrets, listProviders } from './check-secrets.ts';
import { parseSecrets } from './sst.ts';

const REQUIRED = { LoupeSecret: 'a'.repeat(64), LoupeOperatorKey: 'b'.repeat(64) };
const check = (secrets: Record<string, string>, environment = {}) =>
  checkSecrets(new Map(Object.entries({ ...REQUIRED, ...secrets })), environment);

describe('the secrets of a stage', () => {
  it('are complete with the two that are required', () => {
    expect(check({})).toEqual([]);
    expect(checkSecrets(new Map(), {})).toEqual([
      'The secret LoupeSecret is missing',
      'The secret LoupeOperatorKey is missing',
    ]);
  });

  it.each([
    [{ LoupeSecret: 'short' }, 'The secret LoupeSecret is shorter than 32 characters'],
    [{ LoupeOperatorKey: `${'b'.repeat(40)} b` }, 'The secret LoupeOperatorKey holds white space'],
    [{ LoupeOperatorKey: 'a'.repeat(64) }, 'LoupeSecret and LoupeOperatorKey are the same'],
    [{ LoupePreviousSecret: 'short' }, 'The secret LoupePreviousSecret is shorter than 32 characters'],
    [{ LoupePreviousSecret: 'a'.repeat(64) }, 'LoupeSecret and LoupePreviousSecret are the same'],
    [{ AzureOpenaiApiKey: 'k' }, 'AzureOpenaiApiKey is set without AzureOpenaiEndpoint'],
    [
      { VertexCredentials: '{}', VertexProject: 'p' },
      'VertexCredentials, VertexProject are set without VertexLocation',
    ],
    [{ OpenaiBaseUrl: 'http://models' }, 'The secret OpenaiBaseUrl is no address that begins with https://'],
    [{ ModelPrices: '{' }, 'The secret ModelPrices is no JSON object'],
    [{ OpenaiApi: 'assistants' }, 'The secret OpenaiApi must be chat or responses'],
    [
      { OtlpHeaders: 'a=b' },
      'The secret OtlpHeaders is set, but not LOUPE_OTLP_ENDPOINT: no spans would be sent',
    ],
  ])('by halves are named: %j', (secrets, problem) => {
    expect(check(secrets)).toEqual([problem]);
  });

  it('never show in a problem', () => {
    expect(check({ ModelPrices: 'hunter2', OpenaiApi: 'hunter2' }).join()).not.toContain('hunter2');
  });

  it('say which providers are complete', () => {
    expect(
      listProviders(
        new Map([
          ['GeminiApiKey', 'k'],
          ['AzureOpenaiApiKey', 'k'],
        ]),
      ),
    ).toEqual(['Gemini']);
  });
});

it('what SST prints is read line by line, a stage’s own value after the fallback of all', () => {
  const text = '# fallback\nOpenaiApiKey=old\n\n# loupe/production\nOpenaiApiKey=new=1\nGeminiApiKey=\n';
  expect([...parseSecrets(text)]).toEqual([['OpenaiApiKey', 'new=1']]);
});
