import type { AttributeValue, RequestData } from './types.ts';

/** A parsed condition or filter, as the engine's parser makes it. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly args: readonly Operand[];
}
/** Names of attributes and positions in lists, from the item down. */
type Path = readonly (string | number)[];
type Operand = Node | Path | AttributeValue;

const TOLERANT = ['attribute_exists', 'attribute_not_exists', '<>'];

/**
 * Rewrites a request's condition and filter to equivalent ones that the engine judges as AWS does. By itself it takes
 * two absent attributes for equal, breaks down when an operand of IN, BETWEEN or begins_with is absent, and never finds
 * a list or map equal to a value of the request.
 */
export function repairConditions(data: RequestData): void {
  for (const parsed of [data._condition, data._filter] as ({ expression: Operand } | undefined)[]) {
    if (parsed !== undefined) parsed.expression = repair(parsed.expression);
  }
}

function repair(operand: Operand): Operand {
  if (!isNode(operand)) return operand;
  const { type, args } = operand;
  if (['and', 'or', 'not'].includes(type)) return { ...operand, args: args.map(repair) };
  const [first, ...rest] = args;
  if (first === undefined) return operand;
  if (type === 'in')
    return join(
      'or',
      rest.map((value) => repair({ type: '=', args: [first, value] })),
    );
  if (type === '<>') return { type: 'not', args: [repair({ type: '=', args })] };
  if (type === '=' && rest[0] !== undefined) {
    const equality = matchNested(first, rest[0]) ?? matchNested(rest[0], first);
    if (equality !== undefined) return equality;
  }
  if (TOLERANT.includes(operand.name ?? type)) return operand;
  return join('and', [...rest.flatMap(findPath).map(requirePresence), operand]);
}

/** Equality of an attribute with a list or map of the request, element by element; undefined for anything else. */
function matchNested(path: Operand, value: Operand): Node | undefined {
  if (!isPath(path) || isPath(value) || isNode(value)) return undefined;
  const { L, M } = value;
  const elements = L === undefined ? Object.entries(M ?? {}) : L.entries();
  if (L === undefined && M === undefined) return undefined;
  const each = [...elements].map(([key, element]) => repair({ type: '=', args: [[...path, key], element] }));
  const size: Node = { type: 'function', name: 'size', args: [path] };
  return join('and', [
    { type: 'function', name: 'attribute_type', args: [path, { S: L === undefined ? 'M' : 'L' }] },
    { type: '=', args: [size, { N: String(each.length) }] },
    ...each,
  ]);
}

/** The attribute an operand is read from: its own, or the one whose size it is. */
function findPath(operand: Operand): Path[] {
  if (isPath(operand)) return [operand];
  return isNode(operand) ? operand.args.flatMap(findPath) : [];
}

function requirePresence(path: Path): Node {
  return { type: 'function', name: 'attribute_exists', args: [path] };
}

function join(type: 'and' | 'or', operands: readonly Operand[]): Node {
  return operands.reduceRight((right, left) => ({ type, args: [left, right] })) as Node;
}

function isPath(operand: Operand): operand is Path {
  return Array.isArray(operand);
}

function isNode(operand: Operand): operand is Node {
  return 'type' in operand && 'args' in operand;
}
