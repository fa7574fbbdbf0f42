import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startProcessorTime } from '../../test/support/processor-time.ts';
import { createGate } from './gate.ts';

const gate = createGate();
const check = (query: string) => gate({ query })?.message;
const nest = (times: number, inner: string) => `${'a { '.repeat(times)}${inner}${' }'.repeat(times)}`;
const wide = (fields: number) => Array.from({ length: fields }, (_, i) => `f${i}: b`).join(' ');

describe('the gate', () => {
  it('lets 15 levels and 20 root fields pass, and no more', () => {
    expect(check(`{ ${nest(14, 'b')} }`)).toBeUndefined();
    expect(check(`{ ${nest(15, 'b')} }`)).toBe('The query nests deeper than 15 fields.');
    expect(check(`{ ${wide(20)} }`)).toBeUndefined();
    expect(check(`{ ${wide(21)} }`)).toBe('An operation has at most 20 root fields.');
  });

  it('counts fragments where they are spread', () => {
    const deep = `{ ${nest(8, '...Deep')} } fragment Deep on Query { ${nest(8, 'b')} }`;
    expect(check(deep)).toBe('The query nests deeper than 15 fields.');
    const spread = `{ ...Wide ... on Query { g: b h: b ...Wide } } fragment Wide on Query { ${wide(11)} }`;
    expect(check(spread)).toBe('An operation has at most 20 root fields.');
  });

  it('counts fields, aliases, directives and variables', () => {
    expect(check(`{ a { ${'b '.repeat(599)} } }`)).toBeUndefined();
    expect(check(`{ a { ${'b '.repeat(600)} } }`)).toContain('at most 600 fields');
    expect(check(`{ a { ${wide(60)} } }`)).toBeUndefined();
    expect(check(`{ a { ${wide(61)} } }`)).toContain('at most 60 aliases');
    expect(check(`{ a { b ${'@skip(if: false) '.repeat(61)} } }`)).toContain('at most 60 directives');
    const variables = Array.from({ length: 51 }, (_, i) => `$v${i}: Int`).join(' ');
    expect(check(`query (${variables}) { b }`)).toContain('at most 50 variables');
  });

  it('measures fragments that double 25 times in no time, and is not caught in a circle', () => {
    const chain = Array.from(
      { length: 25 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    const spent = startProcessorTime();
    expect(check(`{ a { ...F0 } } ${chain.join(' ')} fragment F25 on Query { b }`)).toContain(
      'at most 600 fields',
    );
    expect(spent()).toBeLessThan(50);
    const circle = '{ ...A } fragment A on Query { a { ...B } } fragment B on Query { a { ...A } }';
    expect(check(circle)).toContain('spreads itself');
    expect(check('{ b } fragment Unused on Query { a { ...Unused } }')).toContain('spreads itself');
  });

  it('refuses batches, and variables that nest or swell', () => {
    expect(gate([{ query: '{ b }' }])?.code).toBe('BAD_REQUEST');
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    expect(gate({ query: '{ b }', variables: { deep } })?.message).toContain('nest at most 24 deep');
    const many = Array.from({ length: 20_000 }, () => 1);
    expect(gate({ query: '{ b }', variables: { many } })?.message).toContain('at most 20000 values');
  });

  it('refuses more than 2,000 tokens before it parses them all', () => {
    expect(gate({ query: `{ ${'a '.repeat(2000)} }` })?.code).toBe('GRAPHQL_PARSE_FAILED');
    expect(gate({ query: `{ a(s: "${'x'.repeat(100_000)}") }` })?.code).toBe('QUERY_TOO_COMPLEX');
  });

  it("lets the standard introspection query pass: it is every explorer's first", () => {
    expect(check(getIntrospectionQuery())).toBeUndefined();
  });
});
