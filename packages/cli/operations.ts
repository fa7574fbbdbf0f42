import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type UploadTicket, uploadFile } from '@loupe/sdk';

/** The API calls that the commands make. */

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly path?: readonly string[] | null;
}

export interface FileToSend {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FailureView {
  readonly code: string;
  readonly message: string;
}

export interface SampleView {
  readonly id: string;
  readonly state: string;
  readonly pollAfterMs: number | null;
  readonly mediaType: string | null;
  readonly convertMs: number | null;
  readonly failure: FailureView | null;
}

export interface RegionView {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score: number | null;
}

export interface InspectionView {
  readonly id: string;
  readonly state: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';
  readonly pollAfterMs: number | null;
  readonly judgeMs: number | null;
  readonly failure: FailureView | null;
  readonly verdict: {
    readonly decision: 'NORMAL' | 'ANOMALOUS' | 'UNCERTAIN';
    readonly score: number | null;
    readonly reasoning: string;
    readonly outcome: string;
    readonly regions: readonly RegionView[];
    readonly overlay: { readonly url: string } | null;
  } | null;
  readonly sample: { readonly state: string; readonly convertMs: number | null };
}

const SAMPLE_FIELDS = 'id state pollAfterMs mediaType convertMs failure { code message }';
const TICKET_FIELDS = 'url method fields { name value }';
const ERROR_FIELDS = 'errors { code message path }';
const INSPECTION_FIELDS = `id state pollAfterMs judgeMs failure { code message }
  verdict { decision score reasoning outcome regions { x y width height score } overlay { url } }
  sample { state convertMs }`;

const CREATE_TENANT = `mutation ($input: CreateTenantInput!) {
  createTenant(input: $input) { tenant { id } apiKey ${ERROR_FIELDS} } }`;
const CREATE_SAMPLE = `mutation ($input: CreateSampleInput!) {
  createSample(input: $input) { sample { ${SAMPLE_FIELDS} } upload { ${TICKET_FIELDS} } ${ERROR_FIELDS} } }`;
const CREATE_PROFILE = `mutation ($input: CreateProfileInput!) {
  createProfile(input: $input) { profile { id } ${ERROR_FIELDS} } }`;
const CREATE_INSPECTION = `mutation ($input: CreateInspectionInput!) {
  createInspection(input: $input) { inspection { ${INSPECTION_FIELDS} } upload { ${TICKET_FIELDS} } ${ERROR_FIELDS} } }`;
const GET_SAMPLE = `query ($id: ID!) { sample(id: $id) { ${SAMPLE_FIELDS} } }`;
const GET_INSPECTION = `query ($id: ID!) { inspection(id: $id) { ${INSPECTION_FIELDS} } }`;

/** Documents by which pictures are inspected; the API knows them by their SHA-256. */
export const DOCUMENTS = [
  CREATE_SAMPLE,
  CREATE_PROFILE,
  CREATE_INSPECTION,
  GET_SAMPLE,
  GET_INSPECTION,
] as const;

export async function createTenant(operator: Client, name: string): Promise<{ id: string; apiKey: string }> {
  const { createTenant } = await operator.request<{
    createTenant: { tenant: { id: string } | null; apiKey: string | null; errors: Problem[] };
  }>(CREATE_TENANT, { input: { name } });
  assertNone(createTenant.errors);
  const { tenant, apiKey } = createTenant;
  if (!tenant || !apiKey) throw new Error('The API made a tenant and gave no key.');
  return { id: tenant.id, apiKey };
}

/** Announces a file, sends it, and waits until it is READY. */
export async function createReadySample(
  client: Client,
  file: FileToSend,
  viewSettings?: object,
): Promise<string> {
  const { createSample } = await client.request<{
    createSample: { sample: SampleView | null; upload: UploadTicket | null; errors: Problem[] };
  }>(CREATE_SAMPLE, { input: { file: describe(file), viewSettings } });
  assertNone(createSample.errors);
  const { sample, upload } = createSample;
  if (!sample || !upload) throw new Error('The API made a sample and gave no ticket.');
  await uploadFile(upload, file.bytes);
  const settled = await poll(sample, async (id) => {
    const answer = await client.request<{ sample: SampleView | null }>(GET_SAMPLE, { id });
    return answer.sample;
  });
  if (settled.state !== 'READY') {
    throw new Error(`${file.name} is ${settled.state}: ${settled.failure?.code} ${settled.failure?.message}`);
  }
  return settled.id;
}

/** The pictures made of a READY sample. */
export async function readViews(
  client: Client,
  id: string,
): Promise<readonly { readonly mediaType: string; readonly link: { readonly url: string } }[]> {
  const { sample } = await client.request<{
    sample: { views: { mediaType: string; link: { url: string } }[] } | null;
  }>('query ($id: ID!) { sample(id: $id) { views { mediaType link { url } } } }', { id });
  return sample?.views ?? [];
}

export async function createProfile(
  client: Client,
  input: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { createProfile } = await client.request<{
    createProfile: { profile: { id: string } | null; errors: Problem[] };
  }>(CREATE_PROFILE, { input });
  assertNone(createProfile.errors);
  if (!createProfile.profile) throw new Error('The API made no profile.');
  return createProfile.profile.id;
}

/** Asks for an inspection of a new file; the ticket is to be used next. */
export async function createInspection(
  client: Client,
  profileId: string,
  file: FileToSend,
  options: { readonly label?: string; readonly idempotencyKey?: string } = {},
): Promise<{ inspection: InspectionView; upload: UploadTicket | null }> {
  const { createInspection } = await client.request<{
    createInspection: { inspection: InspectionView | null; upload: UploadTicket | null; errors: Problem[] };
  }>(CREATE_INSPECTION, { input: { profileId, source: { file: describe(file) }, ...options } });
  assertNone(createInspection.errors);
  if (!createInspection.inspection) throw new Error('The API made no inspection.');
  return { inspection: createInspection.inspection, upload: createInspection.upload };
}

export async function getInspection(client: Client, id: string): Promise<InspectionView | null> {
  return (await client.request<{ inspection: InspectionView | null }>(GET_INSPECTION, { id })).inspection;
}

/** Waits until the inspection is DONE or FAILED. */
export function waitForInspection(client: Client, inspection: InspectionView): Promise<InspectionView> {
  return poll(inspection, (id) => getInspection(client, id));
}

async function poll<T extends { readonly id: string; readonly pollAfterMs: number | null }>(
  first: T,
  read: (id: string) => Promise<T | null>,
): Promise<T> {
  let latest = first;
  while (latest.pollAfterMs !== null) {
    await sleep(latest.pollAfterMs);
    const next = await read(first.id);
    if (!next) throw new Error(`${first.id} is no longer there.`);
    latest = next;
  }
  return latest;
}

function describe({ name, contentType, bytes }: FileToSend) {
  return { name, contentType, bytes: bytes.length };
}

function assertNone(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new Error(
    problems.map(({ code, message, path }) => `${code} at ${path?.join('.')}: ${message}`).join('; '),
  );
}
