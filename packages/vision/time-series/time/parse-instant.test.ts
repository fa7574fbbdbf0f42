import { describe, expect, it } from 'vitest';
import { parseInstant } from './parse-instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2014-04-01', '2014-04-01T00:00:00Z'],
    ['2014-04-01 00:05', '2014-04-01T00:05:00Z'],
    ['2014-04-01T00:05:07.25', '2014-04-01T00:05:07.250Z'],
    ['2014-04-01T00:05:07,250Z', '2014-04-01T00:05:07.250Z'],
    ['2014-04-01T00:05:07+02:00', '2014-03-31T22:05:07Z'],
    ['2014-04-01 00:05:07 -0530', '2014-04-01T05:35:07Z'],
    ['2014/4/1 9:05 PM', '2014-04-01T21:05:00Z'],
    ['31.12.2014 23:59', '2014-12-31T23:59:00Z'],
    ['12/31/2014', '2014-12-31T00:00:00Z'],
    ['1-Apr-2014 10:00', '2014-04-01T10:00:00Z'],
    ['April 1, 2014', '2014-04-01T00:00:00Z'],
    ['2016-02-29 24:00', '2016-03-01T00:00:00Z'],
  ])('reads %s', (text, iso) => {
    expect(parseInstant(text)?.ms).toBe(Date.parse(iso));
  });

  it('reads days first when told', () => {
    expect(parseInstant('03/04/2014', 'DAY_FIRST')?.ms).toBe(Date.parse('2014-04-03'));
    expect(parseInstant('03/04/2014', 'MONTH_FIRST')?.ms).toBe(Date.parse('2014-03-04'));
  });

  it.each(['', '12', '1.5', '2014-02-30', '2014-13-01', '2014-04-01 25:00', 'machine 1', '1/2'])(
    'refuses %j',
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
});
