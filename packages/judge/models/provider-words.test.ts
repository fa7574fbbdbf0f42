import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteProvider } from './provider-words.ts';

const PROMPT =
  'You are shown a circuit board. The first image given about it is normal. Is the second one "as good"?';

describe('what a provider says of a failed call', () => {
  test('stays as it is when it names models, parameters and accounts', () => {
    const said = `Organization "org-abc123" doesn't support 'temperature' with the model \`gpt-4o\`, not now and not ever: it's off, isn't it?`;
    expect(quoteProvider(said, '')).toBe(said);
  });

  test('is told without the key', () => {
    expect(quoteProvider('Incorrect API key provided: sk-secret.', 'sk-secret')).toBe(
      'Incorrect API key provided: ***.',
    );
  });

  test.each([
    // As FastAPI answers 422 (https://fastapi.tiangolo.com/tutorial/handling-errors/).
    JSON.stringify({
      detail: [{ type: 'list_type', loc: ['body', 'messages'], input: { content: PROMPT } }],
    }),
    `1 validation error for Request: input_value='${PROMPT}', input_type=str`,
    // Cut off by the server.
    `bad content: "${PROMPT}`,
  ])('is told without the prompt that it echoes: %s', (said) => {
    const told = quoteProvider(said, '');
    expect(told).not.toContain('circuit board');
    expect(told).toMatch(/…/);
  });

  test('is told without a picture, and is short', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 100, maxLength: 3000 }), (bytes) => {
        const picture = Buffer.from(bytes).toString('base64');
        const told = quoteProvider(`Invalid image data:image/png;base64,${picture} in message 1`, '');
        expect(told).toBe('Invalid image data:image/png;base64,… in message 1');
      }),
    );
    expect(quoteProvider('no '.repeat(1000), '')).toHaveLength(500);
  });
});
