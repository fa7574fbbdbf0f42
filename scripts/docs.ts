import { join } from 'node:path';
import { type GraphQLSchema, isEnumType } from 'graphql';
import { renderRolesTable } from '../packages/core/access/actions.ts';
import { BAD_LINE_ADVICE } from '../packages/core/dataset/bad-lines.ts';
import { TOP_LEVEL_CODES } from '../packages/graphql/error-codes.ts';
import { MODEL_ERRORS } from '../packages/judge/models/model-error.ts';
import { REJECTIONS } from '../packages/vision/rejections.ts';

/** Documents that are made from code, by their file. */
export function renderDocs(root: string, schema: GraphQLSchema): readonly (readonly [string, string])[] {
  return [
    [join(root, 'docs', 'roles.md'), ROLES.replace('{table}', renderRolesTable())],
    [join(root, 'docs', 'errors.md'), renderErrors(schema)],
  ];
}

const ROLES = `<!-- Made by \`npm run schema\` from packages/core/access/actions.ts. -->

# Roles and actions

Each operation of the API asks for one action. A credential has the actions of its role; an API key can be held to some of
them (\`scopes\`). Who lacks an action is answered \`FORBIDDEN\`, with the action's name in \`extensions.action\`. The operator, who
makes and suspends tenants, sees nothing inside them. An upload token has at most the actions of the key that made it.

{table}
`;

function renderErrors(schema: GraphQLSchema): string {
  const userErrors = schema.getType('UserErrorCode');
  if (!isEnumType(userErrors)) throw new Error('The schema has no enum UserErrorCode.');
  const expected = userErrors
    .getValues()
    .map(({ name, description }) => [code(name), (description ?? '').replaceAll('\n', ' ')]);
  const topLevel = Object.entries(TOP_LEVEL_CODES).map(([name, { status, meaning, remedy }]) => [
    code(name),
    String(status),
    meaning,
    remedy,
  ]);
  const rejections = Object.entries(REJECTIONS).map(([name, { meaning, remedy }]) => [
    code(name),
    meaning,
    remedy,
  ]);
  const badLines = Object.entries(BAD_LINE_ADVICE).map(([name, advice]) => [code(name), advice]);
  const models = Object.entries(MODEL_ERRORS).map(([name, { retryable }]) => [
    code(name),
    retryable ? 'yes' : 'no',
  ]);
  return `<!-- Made by \`npm run schema\` from the schema and the catalogues in packages/core, graphql, vision and judge. -->

# Error codes

Codes are stable, messages are for people and may change. Clients must tolerate new codes.

## Expected failures of a mutation

In \`errors\` of its payload, HTTP 200, with the path of the offending input.

${table(['code', 'meaning'], expected)}

## Failures of a field or a request

In top-level \`errors\`, in \`extensions.code\`, with \`extensions.requestId\`.

${table(['code', 'HTTP', 'meaning', 'what to do'], topLevel)}

## Files that are refused

In \`failure.code\` of a sample that is REJECTED; \`UPLOAD_EXPIRED\` or \`UPLOAD_ABORTED\` when it is EXPIRED. Beside these there
are \`UPLOAD_CHANGED\` (the file was replaced after it arrived), \`CHECKSUM_MISMATCH\` (it is not the one whose SHA-256 was announced), \`CONVERSION_ABORTED\` and \`CONVERSION_FAILED\` (the conversion broke off, or failed on our side).

${table(['code', 'meaning', 'what to do'], rejections)}

## Lines of a manifest that are bad

In \`badLines\` of an import and in its file of all of them, with the number of the line and the field.

${table(['code', 'what to do'], badLines)}

## Inspections that fail

In \`failure.code\` of an inspection that is FAILED. Beside these there are \`SAMPLE_REJECTED\` and \`SAMPLE_EXPIRED\` (its sample),
\`ATTEMPTS_EXHAUSTED\`, \`TENANT_SUSPENDED\` (before its turn came; ask again once the tenant is back) and \`INTERNAL\`.

${table(['code', 'tried again by itself'], models)}
`;
}

function code(name: string): string {
  return `\`${name}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
