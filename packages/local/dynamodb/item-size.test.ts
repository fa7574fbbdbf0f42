import { describe, expect, it } from 'vitest';
import { measureItem } from './item-size.ts';
import type { AttributeValue } from './types.ts';

describe('the size of an item', () => {
  // Counted by hand after "DynamoDB item sizes and formats" in AWS's developer guide.
  it.each<[string, AttributeValue, number]>([
    ['UTF-8 text', { S: 'é検' }, 5],
    ['a number of three digits', { N: '123' }, 3],
    ['a negative number', { N: '-27' }, 3],
    ['a number without its zeros', { N: '0.00120' }, 2],
    ['zero', { N: '0' }, 1],
    ['decoded bytes', { B: 'AAECAw==' }, 4],
    ['a boolean', { BOOL: false }, 1],
    ['null', { NULL: true }, 1],
    ['a set of strings', { SS: ['ab', 'c'] }, 3],
    ['a list: 3 bytes, and 1 for each element', { L: [{ S: 'ab' }, { BOOL: true }] }, 3 + 1 + 2 + 1 + 1],
    ['a map: 3 bytes, and 1 for each member', { M: { ab: { S: 'c' } } }, 3 + 1 + 2 + 1],
  ])('counts the name and %s', (_name, value, bytes) => {
    expect(measureItem({ name: value })).toBe(4 + bytes);
  });
});
