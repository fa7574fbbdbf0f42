import { engine, expressionParsers } from './dynalite.ts';
import type { RequestData } from './types.ts';

const TOKEN = /[#:]?[A-Za-z0-9_]+|<>|<=|>=|\S/g;

/**
 * Says where an expression of a request ends to be one, as DynamoDB does: the token that is wrong, and the text
 * from the token before it to the one after it. `kind` is the member that holds the expression, at any depth.
 */
export function describeSyntaxError(kind: string, data: RequestData): string {
  for (const holder of listHolders(kind, data)) {
    const offset = findError(kind, holder);
    if (offset === undefined) continue;
    return `Invalid ${kind}: Syntax error; ${describePlace(holder[kind] as string, offset)}`;
  }
  return `Invalid ${kind}: Syntax error`;
}

function listHolders(kind: string, value: unknown): RequestData[] {
  if (typeof value !== 'object' || value === null) return [];
  const holders = Object.values(value).flatMap((member) => listHolders(kind, member));
  return kind in value ? [value as RequestData, ...holders] : holders;
}

function findError(kind: string, holder: RequestData): number | undefined {
  const { parse } = expressionParsers[kind] ?? expressionParsers.ConditionExpression;
  const context = {
    attrNames: holder.ExpressionAttributeNames,
    attrVals: holder.ExpressionAttributeValues,
    unusedAttrNames: {},
    unusedAttrVals: {},
    isReserved: () => false,
    compare: engine.compare,
  };
  try {
    parse(holder[kind] as string, { context });
  } catch (error) {
    return (error as { location?: { start: { offset: number } } }).location?.start.offset;
  }
  return undefined;
}

function describePlace(text: string, offset: number): string {
  const tokens = [...text.matchAll(TOKEN)];
  const found = tokens.findIndex(({ 0: token, index }) => index + token.length > offset);
  const wrong = found === -1 ? tokens.length : found;
  const before = tokens[Math.max(0, wrong - 1)];
  const after = tokens[wrong + 1] ?? tokens.at(-1);
  const near = text.slice(before?.index, after === undefined ? 0 : after.index + after[0].length);
  return `token: "${tokens[wrong]?.[0] ?? '<EOF>'}", near: "${near}"`;
}
