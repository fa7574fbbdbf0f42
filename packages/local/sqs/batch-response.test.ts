import { expect, test } from 'vitest';
import { readFailures } from './batch-response.ts';

const sent = new Set(['a', 'b']);

// The tables "Success and failure conditions" of the AWS Lambda Developer Guide.
test.each([[{ batchItemFailures: [] }], [{ batchItemFailures: null }], [{}], [null], [undefined]])(
  '%j is complete success',
  (answer) => {
    expect(readFailures(answer, sent)).toEqual(new Set());
  },
);

test.each([
  ['text'],
  [[]],
  [{ batchItemFailures: 'a' }],
  [{ batchItemFailures: [{ itemIdentifier: '' }] }],
  [{ batchItemFailures: [{ itemIdentifier: null }] }],
  [{ batchItemFailures: [{ messageId: 'a' }] }],
  [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'of another batch' }] }],
])('%j is complete failure', (answer) => {
  expect(readFailures(answer, sent)).toBe('all');
});

test('named messages alone have failed', () => {
  expect(readFailures({ batchItemFailures: [{ itemIdentifier: 'b' }] }, sent)).toEqual(new Set(['b']));
});
