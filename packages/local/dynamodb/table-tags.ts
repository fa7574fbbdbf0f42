import type { TypeMap } from './dynalite.ts';
import { type ApiError, createProtocolError, createServiceError, createValidationError } from './errors.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Reader } from './reader.ts';
import { LOCAL_ACCOUNT_ID } from './table-description.ts';
import type { RequestData, TableRecord } from './types.ts';

/** Source: DynamoDB Developer Guide, "Tagging restrictions in DynamoDB". */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const CHARACTERS = /^[\p{L}\p{N}\s+\-=._:/@]*$/u;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export const TAG_TYPES: TypeMap = {
  type: 'List',
  children: { type: 'ValueStruct<Tag>', children: { Key: 'String', Value: 'String' } },
};

/** The operations on the tags of a table. */
export const tagOperations: Readonly<Record<string, Operation>> = {
  TagResource: {
    validation: { types: { ResourceArn: 'String', Tags: TAG_TYPES } },
    run: (context, data) =>
      context.store.write(async (unit) => {
        const table = await findTagged(unit, context, data, 'TagResource');
        const added = requireList<Tag>(data, 'Tags');
        unit.setTable({ ...table, tags: addTags(table.tags ?? {}, added) });
        return {};
      }),
  },
  UntagResource: {
    validation: { types: { ResourceArn: 'String', TagKeys: { type: 'List', children: 'String' } } },
    run: (context, data) =>
      context.store.write(async (unit) => {
        const table = await findTagged(unit, context, data, 'UntagResource');
        const dropped = new Set(requireList<string>(data, 'TagKeys'));
        const kept = Object.entries(table.tags ?? {}).filter(([key]) => !dropped.has(key));
        unit.setTable({ ...table, tags: Object.fromEntries(kept) });
        return {};
      }),
  },
  ListTagsOfResource: {
    validation: { types: { ResourceArn: 'String', NextToken: 'String' } },
    run: (context, data) =>
      context.store.read(async (reader) => {
        const { tags = {} } = await findTagged(reader, context, data, 'ListTagsOfResource');
        return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      }),
  },
};

/** `tags` with others added or replaced. Throws a ValidationException for what AWS does not allow. */
export function addTags(
  tags: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Readonly<Record<string, string>> {
  for (const { Key = '', Value = '' } of added) {
    checkPart(Key, 'key', 1, MAX_KEY_LENGTH);
    checkPart(Value, 'value', 0, MAX_VALUE_LENGTH);
    if (Key.toLowerCase().startsWith('aws:')) {
      throw createValidationError(
        'One or more parameter values were invalid: Tag keys cannot begin with aws:',
      );
    }
  }
  if (new Set(added.map(({ Key }) => Key)).size < added.length) {
    throw createValidationError(
      'One or more parameter values were invalid: Multiple tags with the same key were given',
    );
  }
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) };
  if (Object.keys(all).length > MAX_TAGS) {
    throw createValidationError(
      `One or more parameter values were invalid: A resource can have at most ${MAX_TAGS} tags`,
    );
  }
  return all;
}

function checkPart(text: string, what: string, least: number, most: number): void {
  if (text.length >= least && text.length <= most && CHARACTERS.test(text)) return;
  throw createValidationError(
    `One or more parameter values were invalid: A tag's ${what} has ${least} to ${most} letters, digits, ` +
      'spaces and + - = . _ : / @',
  );
}

function requireList<Element>(data: RequestData, member: 'Tags' | 'TagKeys'): readonly Element[] {
  const list = data[member] as readonly Element[] | undefined;
  if (list === undefined) {
    const name = member.charAt(0).toLowerCase() + member.slice(1);
    throw createValidationError(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (list.length > 0) return list;
  const what = member === 'Tags' ? 'Tag' : 'Tag Key';
  throw createValidationError(`Atleast one ${what} needs to be provided as Input.`);
}

/** The table of `ResourceArn`. Another account's or region's is denied, as AWS does for what a caller may not see. */
async function findTagged(
  reader: Reader,
  { region }: OperationContext,
  { ResourceArn }: RequestData,
  operation: string,
): Promise<TableRecord> {
  const arn = String(ResourceArn ?? '');
  if (arn === '') throw createValidationError('Invalid TableArn');
  if (!arn.startsWith('arn:'))
    throw createValidationError(`Invalid TableArn: ARNs must start with 'arn:': ${arn}`);
  const own = `arn:aws:dynamodb:${region}:${LOCAL_ACCOUNT_ID}:table/`;
  if (!arn.startsWith(own)) throw denyAccess(arn, operation);
  const table = await reader.findTable(arn.slice(own.length));
  if (table !== undefined) return table;
  throw createServiceError(
    'ResourceNotFoundException',
    `Requested resource not found: ResourcArn: ${arn} not found`,
  );
}

function denyAccess(arn: string, operation: string): ApiError {
  return createProtocolError(
    'AccessDeniedException',
    `User: arn:aws:iam::${LOCAL_ACCOUNT_ID}:user/local is not authorized to perform: dynamodb:${operation} on resource: ${arn}`,
  );
}
