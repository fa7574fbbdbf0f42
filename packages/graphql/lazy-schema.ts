import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  GraphQLSchema,
  type GraphQLType,
  type GraphQLTypeResolver,
  GraphQLUnionType,
  introspectionTypes,
  specifiedScalarTypes,
} from 'graphql';
import type { RequestContext } from './context.ts';
import type { Resolvers } from './generated/types.ts';
import type { FieldDefinition, InputDefinition, TypeDefinition } from './type-definitions.ts';

type FieldResolver = NonNullable<GraphQLFieldConfig<unknown, RequestContext>['resolve']>;

export interface LazySchemaConfig {
  /** By the name of the type: JSON of its TypeDefinition. */
  readonly definitions: Readonly<Record<string, string>>;
  readonly resolvers: Resolvers;
  /** The schema's own scalars. */
  readonly scalars: readonly GraphQLScalarType[];
}

/**
 * A valid schema whose types are made when they are first asked for: a request needs a few of them, and making all costs
 * more than everything else a start does.
 */
export class LazySchema extends GraphQLSchema {
  readonly #definitions: Readonly<Record<string, string>>;
  readonly #resolvers: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly #types: Record<string, GraphQLNamedType> = Object.create(null);

  /** @throws Error for a scalar without an implementation, when it is first asked for */
  constructor({ definitions, resolvers, scalars }: LazySchemaConfig) {
    super({ assumeValid: true });
    this.#definitions = definitions;
    this.#resolvers = new Map(Object.entries(resolvers) as [string, Record<string, unknown>][]);
    for (const type of [...specifiedScalarTypes, ...introspectionTypes, ...scalars]) {
      this.#types[type.name] = type;
    }
    for (const name of Object.keys(definitions)) this.#defer(name);
  }

  override getTypeMap(): Record<string, GraphQLNamedType> {
    return this.#types;
  }

  override getQueryType(): GraphQLObjectType {
    return this.#find('Query') as GraphQLObjectType;
  }

  override getMutationType(): GraphQLObjectType {
    return this.#find('Mutation') as GraphQLObjectType;
  }

  override getImplementations({
    name,
  }: GraphQLInterfaceType): ReturnType<GraphQLSchema['getImplementations']> {
    const definition = this.#read(name);
    const objects = definition.kind === 'interface' ? definition.objects : [];
    return { interfaces: [], objects: objects.map((object) => this.#find(object) as GraphQLObjectType) };
  }

  #defer(name: string): void {
    if (name in this.#types) return;
    Object.defineProperty(this.#types, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = this.#make(name, this.#read(name));
        Object.defineProperty(this.#types, name, { value, enumerable: true });
        return value;
      },
    });
  }

  #read(name: string): TypeDefinition {
    return JSON.parse(this.#definitions[name] ?? '');
  }

  #find(name: string): GraphQLNamedType {
    const type = this.#types[name];
    if (!type) throw new Error(`The schema has no type ${name}.`);
    return type;
  }

  #make(name: string, definition: TypeDefinition): GraphQLNamedType {
    const resolvers = this.#resolvers.get(name) ?? {};
    const resolveType = resolvers.__resolveType as GraphQLTypeResolver<unknown, RequestContext> | undefined;
    switch (definition.kind) {
      case 'scalar':
        throw new Error(`The scalar ${name} has no implementation.`);
      case 'enum':
        return new GraphQLEnumType({ name, values: definition.values });
      case 'union':
        return new GraphQLUnionType({
          name,
          types: () => definition.types.map((type) => this.#find(type) as GraphQLObjectType),
          resolveType,
        });
      case 'input':
        return new GraphQLInputObjectType({
          name,
          fields: () => this.#makeInputs(definition.fields),
          isOneOf: definition.isOneOf ?? false,
        });
      case 'object':
        return new GraphQLObjectType<unknown, RequestContext>({
          name,
          interfaces: () => definition.interfaces.map((type) => this.#find(type) as GraphQLInterfaceType),
          fields: () => this.#makeFields(definition.fields, resolvers),
        });
      case 'interface':
        return new GraphQLInterfaceType({
          name,
          fields: () => this.#makeFields(definition.fields, {}),
          resolveType,
        });
    }
  }

  #makeFields(
    fields: Readonly<Record<string, FieldDefinition>>,
    resolvers: Readonly<Record<string, unknown>>,
  ): Record<string, GraphQLFieldConfig<unknown, RequestContext>> {
    return mapValues(fields, ({ type, args, deprecationReason }, field) => ({
      type: this.#readType(type) as GraphQLOutputType,
      args: this.#makeInputs(args ?? {}),
      ...(field in resolvers && { resolve: resolvers[field] as FieldResolver }),
      deprecationReason,
    }));
  }

  #makeInputs(inputs: Readonly<Record<string, InputDefinition>>): Record<string, GraphQLInputFieldConfig> {
    return mapValues(inputs, (input) => ({
      ...input,
      type: this.#readType(input.type) as GraphQLInputType,
    }));
  }

  /** `[ID!]!`: the type it writes. */
  #readType(text: string): GraphQLType {
    if (text.endsWith('!')) return new GraphQLNonNull(this.#readType(text.slice(0, -1)) as GraphQLNamedType);
    if (text.startsWith('[')) return new GraphQLList(this.#readType(text.slice(1, -1)));
    return this.#find(text);
  }
}

function mapValues<T, R>(
  values: Readonly<Record<string, T>>,
  map: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]));
}
