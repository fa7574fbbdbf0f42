import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { DomainError } from './errors.ts';

const scope = { secret: 's'.repeat(32), tenantId: 'ten_a', list: 'inspection' };

describe('a cursor', () => {
  it('gives its position back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (position) => {
        fc.pre(position === Buffer.from(position).toString());
        expect(decodeCursor(scope, encodeCursor(scope, position))).toBe(position);
      }),
    );
  });

  it('is refused for another tenant, another list and another secret', () => {
    const cursor = encodeCursor(scope, 'ins_1');
    for (const other of [{ tenantId: 'ten_b' }, { list: 'sample' }, { secret: 't'.repeat(32) }]) {
      expect(() => decodeCursor({ ...scope, ...other }, cursor)).toThrow(DomainError);
    }
  });

  it('is refused when made up, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(scope, text)).toThrow(DomainError);
      }),
    );
  });
});
