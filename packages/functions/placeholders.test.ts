import { PLACEHOLDERS as saved } from '@loupe/core/profile';
import { PLACEHOLDERS as filled, WORDED_PARTS } from '@loupe/judge';
import { expect, it } from 'vitest';

it('the placeholders that a profile may be saved with are those that the judge fills', () => {
  expect(saved).toEqual(filled);
});

it('the parts that can be worded are those of the API', () => {
  expect(WORDED_PARTS).toHaveLength(6);
});
