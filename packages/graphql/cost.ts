import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Most objects one request may ask for. */
export const MAX_COST = 5000;

/** What fields read beyond the objects they give, in objects: tens of thousands of items in a few hundred files. */
const READS: Readonly<Record<string, number>> = { 'Query.estimateCascade': 500 };

export interface CostRequest {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The cost of a valid operation before it runs: how many objects it can give at most. An object counts one, what
 * stands below a page (`first`) or a list of ids counts once for each of them, and a few fields count what they read.
 */
export function computeCost({ schema, operation, fragments, variables }: CostRequest): number {
  const measured = new Map<string, number>();

  function measure(selectionSet: SelectionSetNode, type: GraphQLCompositeType): number {
    return selectionSet.selections.reduce((total, selection) => {
      if (selection.kind === Kind.FIELD) return total + measureField(selection, type);
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return total + measure(selection.selectionSet, findType(selection.typeCondition?.name.value) ?? type);
      }
      return total + measureFragment(selection.name.value);
    }, 0);
  }

  function measureField(node: FieldNode, type: GraphQLCompositeType): number {
    const field =
      isAbstractType(type) && !('getFields' in type) ? undefined : findField(type, node.name.value);
    const below = field && getNamedType(field.type);
    if (!field || !below || !isCompositeType(below) || !node.selectionSet) return 0;
    const reads = READS[`${type.name}.${node.name.value}`] ?? 0;
    return readMultiplier(node, field) * (1 + reads + measure(node.selectionSet, below));
  }

  function measureFragment(name: string): number {
    const known = measured.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = findType(fragment?.typeCondition.name.value);
    const cost = fragment && type ? measure(fragment.selectionSet, type) : 0;
    measured.set(name, cost);
    return cost;
  }

  function findType(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  /** How often what is below the field can come: the size of the page, or the number of ids. */
  function readMultiplier(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const first = readArgument(node, field, 'first');
    if (typeof first === 'number') return Math.max(1, first);
    const ids = readArgument(node, field, 'ids');
    return Array.isArray(ids) ? Math.max(1, ids.length) : 1;
  }

  function readArgument(node: FieldNode, field: GraphQLField<unknown, unknown>, name: string): unknown {
    const declared = field.args.find((argument) => argument.name === name);
    if (!declared) return undefined;
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (!value) return declared.defaultValue;
    if (value.kind === Kind.VARIABLE)
      return variables[value.name.value] ?? readVariableDefault(value.name.value, declared.defaultValue);
    if (value.kind === Kind.INT) return Number(value.value);
    return value.kind === Kind.LIST ? value.values : undefined;
  }

  function readVariableDefault(name: string, fallback: unknown): unknown {
    const value = operation.variableDefinitions?.find(
      ({ variable }) => variable.name.value === name,
    )?.defaultValue;
    return value?.kind === Kind.INT ? Number(value.value) : fallback;
  }

  const root = schema.getRootType(operation.operation);
  return root ? measure(operation.selectionSet, root) : 0;
}

function findField(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || 'getFields' in type ? type.getFields()[name] : undefined;
}
