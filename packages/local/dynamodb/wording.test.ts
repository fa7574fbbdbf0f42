import { describe, expect, it } from 'vitest';
import { rewordValidation } from './wording.ts';

function describeError(kind: string, text: string): string {
  return rewordValidation(`Invalid ${kind}: Syntax error; Expected x but y found.`, { [kind]: text });
}

describe('the message of a malformed expression', () => {
  it.each([
    ['UpdateExpression', 'INVALID SYNTAX HERE', 'INVALID', 'INVALID SYNTAX'],
    ['UpdateExpression', 'SET a = = b', '=', '= = b'],
    ['UpdateExpression', 'SET a =', '<EOF>', '='],
    ['ProjectionExpression', '!!!', '!', '!!'],
    ['ProjectionExpression', 'a, b.', '<EOF>', '.'],
    ['ConditionExpression', 'a = b c', 'c', 'b c'],
    ['FilterExpression', 'attribute_exists(a', '<EOF>', 'a'],
  ])('of %s "%s" names the token %s and its neighbours', (kind, text, token, near) => {
    expect(describeError(kind, text)).toBe(
      `Invalid ${kind}: Syntax error; token: "${token}", near: "${near}"`,
    );
  });

  it('is about the expression that is malformed, wherever it is in the request', () => {
    const gets = ['a', 'a.'].map((ProjectionExpression) => ({ Get: { ProjectionExpression } }));
    const message = rewordValidation('Invalid ProjectionExpression: Syntax error; Expected x', {
      TransactItems: gets,
    });
    expect(message).toBe('Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: "."');
  });
});
