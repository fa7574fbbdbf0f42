/** The command `npm run schema`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import {
  buildASTSchema,
  buildSchema,
  concatAST,
  findBreakingChanges,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { DOCUMENTS } from '../packages/cli/operations.ts';
import * as sdkDocuments from '../packages/sdk/documents.ts';
import { renderDocs } from './docs.ts';
import { readOptions } from './read-options.ts';
import { listDefinitions, listDescriptions } from './split-schema.ts';

const HELP = `Usage: npm run schema [-- --check | --release]

Merges schema/<noun>.graphql into schema/schema.graphql, writes the resolver types and the documents that are made from
code.

  --check     writes nothing; exit code 1 when a file is not current, or the schema breaks its last release
  --release   takes today's schema as the released one
  --help      shows this
`;

const root = join(import.meta.dirname, '..');
const mergedFile = join(root, 'schema', 'schema.graphql');
const releasedFile = join(root, 'schema', 'released.graphql');
const typesFile = join(root, 'packages', 'graphql', 'generated', 'types.ts');
const definitionsFile = join(root, 'packages', 'graphql', 'generated', 'type-definitions.ts');
const descriptionsFile = join(root, 'packages', 'graphql', 'generated', 'descriptions.ts');
const trustedFile = join(root, 'packages', 'graphql', 'generated', 'trusted-documents.ts');
const derivedFiles = new Set(['schema.graphql', 'released.graphql']);

/** Domain types behind the GraphQL types: what a resolver's parent is. */
const mappers = {
  Dataset: '@loupe/core/dataset#Dataset as DatasetParent',
  DatasetBadLine: '@loupe/core/dataset#BadLine as DatasetBadLineParent',
  DatasetImport: '@loupe/core/dataset#DatasetImport as DatasetImportParent',
  DatasetVersion: '@loupe/core/dataset#DatasetVersion as DatasetVersionParent',
  Deletion: '@loupe/core/deletion#Deletion as DeletionParent',
  Evaluation: '@loupe/core/evaluation#Evaluation as EvaluationParent',
  EvaluationBatch: '@loupe/core/evaluation#Pack as EvaluationBatchParent',
  Export: '@loupe/core/export#TenantExport as ExportParent',
  ExportFile: '../parents.ts#ExportFileParent',
  EvaluationItem: '@loupe/core/evaluation#ItemResult as EvaluationItemParent',
  EvaluationVariant: '../parents.ts#EvaluationVariantParent',
  ApiKey: '@loupe/core/access#ApiKey as ApiKeyParent',
  InspectionCounts: '@loupe/core/inspection#InspectionCounts as InspectionCountsParent',
  Inspection: '@loupe/core/inspection#Inspection as InspectionParent',
  AuditEntry: '@loupe/core/audit#AuditEntry as AuditEntryParent',
  CurrentDecision: '../parents.ts#CurrentDecisionParent',
  Calibration: '@loupe/core/calibration#Calibration as CalibrationParent',
  DecisionChange: '@loupe/core/profile#DecisionChange as DecisionChangeParent',
  Connection: '@loupe/core/connection#Connection as ConnectionParent',
  Invitation: '@loupe/core/access#Invitation as InvitationParent',
  Member: '@loupe/core/access#Member as MemberParent',
  Link: '@loupe/core/platform#SignedLink as LinkParent',
  Model: '../models.ts#ModelEntry as ModelParent',
  MultipartUpload: '@loupe/core/sample#Sample as SampleParent',
  Profile: '@loupe/core/profile#Profile as ProfileParent',
  ProfileDraft: '@loupe/core/consultation#ProfileDraft as ProfileDraftParent',
  Turn: '@loupe/core/consultation#Turn as TurnParent',
  ProfileVersion: '@loupe/core/profile#ProfileVersion as ProfileVersionParent',
  PromptImage: '../prompts.ts#PromptImageParent',
  Region: '../parents.ts#RegionParent',
  RegionPlace: '@loupe/vision/place#SourcePlace',
  ImagePlace: '@loupe/vision/place#ImagePlace as ImagePlaceParent',
  PointCloudPlace: '@loupe/vision/place#PointCloudPlace as PointCloudPlaceParent',
  SlicePlace: '@loupe/vision/place#SlicePlace as SlicePlaceParent',
  TimeSeriesPlace: '@loupe/vision/place#TimeSeriesPlace as TimeSeriesPlaceParent',
  VideoPlace: '@loupe/vision/place#VideoPlace as VideoPlaceParent',
  DriftPeriod: '@loupe/core/health#DriftPeriod as DriftPeriodParent',
  HealthDay: '@loupe/core/health#HealthDay as HealthDayParent',
  RetentionRule: '@loupe/core/retention#RetentionView as RetentionRuleParent',
  Review: '@loupe/core/review#Review as ReviewParent',
  Sample: '@loupe/core/sample#Sample as SampleParent',
  Tenant: '@loupe/core/tenant#Tenant as TenantParent',
  Usage: '@loupe/core/usage#UsageReport as UsageParent',
  Verdict: '../parents.ts#VerdictParent',
  Webhook: '@loupe/core/webhook#Webhook as WebhookParent',
  WebhookDelivery: '@loupe/core/webhook#Delivery as WebhookDeliveryParent',
  View: '../parents.ts#ViewParent',
  ViewGeometry: '../parents.ts#GeometryParent',
  ImageGeometry: '../parents.ts#GeometryParent',
  PointCloudGeometry: '../parents.ts#GeometryParent',
  SliceGeometry: '../parents.ts#GeometryParent',
  TimeSeriesGeometry: '../parents.ts#GeometryParent',
  VideoGeometry: '../parents.ts#GeometryParent',
};

function mergeSources(): string {
  const documents = readdirSync(join(root, 'schema'))
    .filter((name) => name.endsWith('.graphql') && !derivedFiles.has(name))
    .sort()
    .map((name) => parse(readFileSync(join(root, 'schema', name), 'utf8')));
  const schema = buildASTSchema(concatAST(documents));
  return `# Generated by \`npm run schema\` from the files beside it.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}

function renderTypes(sdl: string): Promise<string> {
  return codegen({
    filename: typesFile,
    schema: parse(sdl),
    documents: [],
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
    config: {
      enumType: 'string-literal',
      enumsAsTypes: true,
      useTypeImports: true,
      immutableTypes: true,
      contextType: '../context.ts#RequestContext',
      mappers,
      scalars: {
        DateTime: { input: 'Date', output: 'Date | number' },
        ID: { input: 'string', output: 'string' },
      },
      defaultScalarType: 'unknown',
      maybeValue: 'T | null | undefined',
      optionalResolveType: true,
      emitLegacyCommonJSImports: false,
      importExtension: '',
    },
  });
}

/** Documents of our own clients by their SHA-256. */
function listTrusted(): Record<string, string> {
  const documents = [...Object.values(sdkDocuments), ...DOCUMENTS];
  for (const document of documents) {
    const [problem] = validate(buildSchema(sdl), parse(document));
    if (problem)
      throw new Error(`A client's document does not fit the schema: ${problem.message} ${document}`);
  }
  return Object.fromEntries(
    documents.map((document) => [createHash('sha256').update(document).digest('hex'), document]),
  );
}

function reportBreakingChanges(sdl: string): string[] {
  if (!existsSync(releasedFile))
    return ['There is no schema/released.graphql. Run `npm run schema -- --release`.'];
  const released = buildSchema(readFileSync(releasedFile, 'utf8'));
  return findBreakingChanges(released, buildSchema(sdl)).map(({ description }) => `Breaking: ${description}`);
}

const values = readOptions(HELP, { check: { type: 'boolean' }, release: { type: 'boolean' } });
const sdl = mergeSources();
const outputs = new Map([
  ...renderDocs(root, buildSchema(sdl)),
  [mergedFile, sdl],
  [typesFile, `/* Generated by \`npm run schema\`. */\n${await renderTypes(sdl)}`],
  [
    definitionsFile,
    `/* Generated by \`npm run schema\`. */\nexport const typeDefinitions: Readonly<Record<string, string>> = ${JSON.stringify(listDefinitions(buildSchema(sdl)), null, 1)};\n`,
  ],
  [
    trustedFile,
    `/* Generated by \`npm run schema\`. */\nexport const trustedDocuments: Readonly<Record<string, string>> = ${JSON.stringify(listTrusted(), null, 1)};\n`,
  ],
  [
    descriptionsFile,
    `/* Generated by \`npm run schema\`. */\nexport const descriptions: Readonly<Record<string, string>> = ${JSON.stringify(listDescriptions(buildSchema(sdl)), null, 1)};\n`,
  ],
]);

if (values.release) writeFileSync(releasedFile, sdl);
if (values.check) {
  const stale = [...outputs]
    .filter(([file, content]) => !existsSync(file) || readFileSync(file, 'utf8') !== content)
    .map(
      ([file]) =>
        `Not current: ${file.slice(root.length + 1)}. Run \`npm run schema\` and commit the result.`,
    );
  const problems = [...stale, ...reportBreakingChanges(sdl)];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  for (const [file, content] of outputs) writeFileSync(file, content);
}
