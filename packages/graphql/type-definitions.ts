/** The schema as it is kept for a start: one text of JSON for each type, read when the type is first asked for. */

/** An argument, or a field of an input: its type as SDL writes it, e.g. `[ID!]!`. */
export interface InputDefinition {
  readonly type: string;
  /** As a variable would carry it. */
  readonly defaultValue?: unknown;
  readonly deprecationReason?: string;
}

export interface FieldDefinition {
  readonly type: string;
  readonly args?: Readonly<Record<string, InputDefinition>>;
  readonly deprecationReason?: string;
}

export type TypeDefinition =
  | { readonly kind: 'scalar' }
  | {
      readonly kind: 'enum';
      readonly values: Readonly<Record<string, { readonly deprecationReason?: string }>>;
    }
  | { readonly kind: 'union'; readonly types: readonly string[] }
  | {
      readonly kind: 'input';
      readonly isOneOf?: true;
      readonly fields: Readonly<Record<string, InputDefinition>>;
    }
  | {
      readonly kind: 'object';
      readonly interfaces: readonly string[];
      readonly fields: Readonly<Record<string, FieldDefinition>>;
    }
  | {
      readonly kind: 'interface';
      /** The object types that have it. */
      readonly objects: readonly string[];
      readonly fields: Readonly<Record<string, FieldDefinition>>;
    };
