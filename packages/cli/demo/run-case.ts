import { type Client, createClient, uploadFile } from '@loupe/sdk';
import {
  createInspection,
  createProfile,
  createReadySample,
  type InspectionView,
  waitForInspection,
} from '../operations.ts';
import type { DemoCase, DemoQuery } from './cases.ts';

export interface DemoResult {
  readonly case: string;
  readonly query: DemoQuery;
  readonly inspection: InspectionView;
  readonly uploadMs: number;
}

/** Makes the case's references and profile, and has all its queries judged. */
export async function runCase(
  demoCase: DemoCase,
  settings: { readonly url: string; readonly apiKey: string; readonly model: string },
  report: (result: DemoResult) => void,
): Promise<void> {
  const client = createClient(settings);
  const referenceIds = await Promise.all(
    demoCase.references.map(async ({ load }) => createReadySample(client, await load())),
  );
  const profileId = await createProfile(client, {
    name: demoCase.name,
    className: demoCase.className,
    normality: demoCase.normality,
    knownDefects: demoCase.knownDefects,
    model: settings.model,
    referenceIds,
  });
  await Promise.all(
    demoCase.queries.map(async (query) => report(await inspect(client, demoCase.name, profileId, query))),
  );
}

async function inspect(
  client: Client,
  name: string,
  profileId: string,
  query: DemoQuery,
): Promise<DemoResult> {
  const file = await query.load();
  const { inspection, upload } = await createInspection(client, profileId, file, { label: query.file });
  if (!upload) throw new Error(`The API gave no ticket for ${query.file}.`);
  const started = performance.now();
  await uploadFile(upload, file.bytes);
  const uploadMs = Math.round(performance.now() - started);
  return { case: name, query, uploadMs, inspection: await waitForInspection(client, inspection) };
}
