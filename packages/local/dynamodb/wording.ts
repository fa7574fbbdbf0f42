import { describeSyntaxError } from './syntax-error.ts';
import type { RequestData } from './types.ts';

type Rewording = readonly [RegExp, (found: readonly string[], data: RequestData) => string];

const AT_LEAST = 'failed to satisfy constraint: Member must have length greater than or equal to';

/** Messages the engine words otherwise than DynamoDB does today, and what DynamoDB says. */
const REWORDINGS: readonly Rewording[] = [
  [
    /^TableName must be at least 3 characters long and at most 255/,
    (_, { TableName }) => `1 validation error detected: Value '${TableName}' at 'tableName' ${AT_LEAST} 3`,
  ],
  [
    /^2 validation errors detected: Value '' at 'tableName' .*; Value '' at 'tableName' .*$/,
    () => `1 validation error detected: Value '' at 'tableName' ${AT_LEAST} 1`,
  ],
  [
    /^(1 validation error detected: Value) .* at 'requestItems\.(.*)\.member\.keys' (.* less than or equal to 100)$/,
    ([start, table, rest]) => `${start} at 'RequestItems.${table}.member.Keys' ${rest}`,
  ],
  [
    /^(1 validation error detected: Value) .* (at 'requestItems' failed to satisfy constraint: Map value .*)$/,
    ([start, rest], data) =>
      `${start} '${formatLists(data.RequestItems as Record<string, unknown[]>)}' ${rest}`,
  ],
  [
    /^(1 validation error detected: Value) .* (at 'keySchema' failed to satisfy constraint: .* or equal to 2)$/,
    ([start, rest], { KeySchema }) =>
      `${start} '${formatKeys(KeySchema as Record<string, string>[])}' ${rest}`,
  ],
  [/^Invalid (\w+): Syntax error; Expected /, ([kind], data) => describeSyntaxError(kind ?? '', data)],
];

/** A validation message of the engine's in DynamoDB's words. */
export function rewordValidation(message: string, data: RequestData): string {
  for (const [pattern, reword] of REWORDINGS) {
    const match = pattern.exec(message);
    if (match !== null) return reword(match.slice(1), data);
  }
  return message;
}

function formatLists(lists: Record<string, unknown[]>): string {
  const tables = Object.entries(lists).map(
    ([table, list]) => `${table}=[${list.map((entry) => JSON.stringify(entry)).join(', ')}]`,
  );
  return `{${tables.join(', ')}}`;
}

function formatKeys(keys: Record<string, string>[]): string {
  const elements = keys.map(
    ({ AttributeName, KeyType }) => `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  return `[${elements.join(', ')}]`;
}
