import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limitSize } from './limits.ts';

const schema = buildSchema('type Query { a: Query b: Int }');

function check(document: string): string[] {
  return validate(schema, parse(document), [limitSize]).map(({ message }) => message);
}

const nest = (times: number, inner: string) => `${'a { '.repeat(times)}${inner}${' }'.repeat(times)}`;

describe('limitSize', () => {
  it('lets 15 levels and 20 root fields pass, and no more', () => {
    expect(check(`{ ${nest(14, 'b')} }`)).toEqual([]);
    expect(check(`{ ${nest(15, 'b')} }`)).toEqual(['The query nests deeper than 15 fields.']);
    const wide = (fields: number) => Array.from({ length: fields }, (_, i) => `f${i}: b`).join(' ');
    expect(check(`{ ${wide(20)} }`)).toEqual([]);
    expect(check(`{ ${wide(21)} }`)).toEqual(['An operation has at most 20 root fields.']);
  });

  it('counts fragments where they are spread', () => {
    const deep = `{ ${nest(8, '...Deep')} } fragment Deep on Query { ${nest(8, 'b')} }`;
    expect(check(deep)).toEqual(['The query nests deeper than 15 fields.']);
    const fields = Array.from({ length: 11 }, (_, i) => `f${i}: b`).join(' ');
    const wide = `{ ...Wide ... on Query { g: b h: b ...Wide } } fragment Wide on Query { ${fields} }`;
    expect(check(wide)).toEqual(['An operation has at most 20 root fields.']);
  });

  it('measures a fragment once, and is not caught in a circle', () => {
    const chain = Array.from(
      { length: 25 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    );
    expect(check(`{ a { ...F0 } } ${chain.join(' ')} fragment F25 on Query { b }`)).toEqual([]);
    expect(check('{ ...A } fragment A on Query { a { ...B } } fragment B on Query { a { ...A } }')).toEqual(
      [],
    );
  });

  it("lets the standard introspection query pass: it is every explorer's first", () => {
    expect(check(getIntrospectionQuery())).toEqual([]);
  });
});
