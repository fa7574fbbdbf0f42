import { createInspection, createProfile, createReadySample, waitForInspection } from '@loupe/cli/operations';
import { type Client, createClient, type UploadTicket, uploadFile } from '@loupe/sdk';
import { startDeletion } from '../support/deletion.ts';
import { addItems, createDataset, createEvaluation, waitForEvaluation } from '../support/evaluation.ts';
import { eventually } from '../support/eventually.ts';
import { loadImage } from '../support/images.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** Everything a tenant has that another one might name. */
export interface World {
  readonly apiKey: string;
  readonly client: Client;
  readonly ids: Ids;
  /** A cursor of each list. */
  readonly cursors: Cursors;
}

export type Cursors = Readonly<
  Record<
    | 'datasets'
    | 'deletions'
    | 'evaluations'
    | 'exports'
    | 'apiKeys'
    | 'auditLog'
    | 'connections'
    | 'invitations'
    | 'members'
    | 'profileDrafts'
    | 'profiles'
    | 'samples'
    | 'inspections'
    | 'versions'
    | 'webhooks',
    string
  >
>;

export interface Ids {
  readonly tenant: string;
  readonly apiKey: string;
  /** Another key of the tenant's, a viewer's. */
  readonly spareKey: string;
  readonly member: string;
  readonly invitation: string;
  readonly auditEntry: string;
  readonly connection: string;
  readonly webhook: string;
  readonly webhookDelivery: string;
  readonly profile: string;
  readonly profileVersion: string;
  readonly decisionChange: string;
  readonly sample: string;
  readonly awaitingSample: string;
  /** Of a file that comes in parts. */
  readonly upload: string;
  readonly inspection: string;
  readonly review: string;
  readonly dataset: string;
  readonly datasetVersion: string;
  readonly datasetImport: string;
  readonly evaluation: string;
  readonly deletion: string;
  readonly export: string;
  readonly turn: string;
  readonly profileDraft: string;
}

/** What the tests of isolation run on: a service, and an issuer that vouches for people. */
export interface Stage {
  readonly service: TestService;
  readonly issuer: TestIssuer;
  readonly dispose: () => Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const issuer = await startIssuer();
  const service = await startTestService({ environment: issuer.environment });
  return {
    service,
    issuer,
    async dispose() {
      await service.dispose();
      await issuer.close();
    },
  };
}

/** A tenant with one of everything, judged and done. */
export async function buildWorld({ service, issuer }: Stage, name: string): Promise<World> {
  const { id: tenant, apiKey, client } = await service.createTenantClient(name);
  const sample = await createReadySample(client, await loadImage('deeppcb/00041002_temp.jpg'));
  const profile = await createProfile(client, {
    name: `${name} board`,
    className: 'board',
    referenceIds: [sample],
  });
  const decisionChange = await moveThreshold(client, profile);
  const file = await loadImage('deeppcb/00041002_test.jpg');
  const { inspection, upload } = await createInspection(client, profile, file, { label: `${name} part` });
  if (!upload) throw new Error('no ticket');
  await uploadFile(upload, file.bytes);
  await waitForInspection(client, inspection);
  const review = await confirm(client, inspection.id);
  const { createSample, inParts } = await client.request<{
    createSample: { sample: { id: string } };
    inParts: { multipartUpload: { uploadId: string } };
  }>(
    `mutation {
      createSample(input: { file: { name: "later.jpg", bytes: 5, contentType: "image/jpeg" } }) { sample { id } }
      inParts: createSample(input: { file: { name: "p.mp4", bytes: 9000000, contentType: "video/mp4", inParts: true } }) {
        multipartUpload { uploadId } } }`,
  );
  const evaluated = await evaluate(client, profile, sample);
  const { askInspection, draftProfile } = await client.request<{
    askInspection: { turn: { id: string } };
    draftProfile: { draft: { id: string } };
  }>(
    `mutation ($inspection: ID!, $sample: ID!) {
      askInspection(input: { inspectionId: $inspection, question: "Where?" }) { turn { id } }
      draftProfile(input: { className: "board", referenceIds: [$sample] }) { draft { id } } }`,
    { inspection: inspection.id, sample },
  );
  const spare = await createKey(client, { role: 'VIEWER' });
  const people = await invitePeople(service, issuer, client, name);
  const connection = await makeConnection(client);
  const hook = await makeWebhook(client);
  const deletion = await startDeletion(client, 'deleteDataset', { id: await createDataset(client, 'Spare') });
  const { createExport } = await client.request<{ createExport: { export: { id: string } } }>(
    'mutation { createExport(input: {}) { export { id } errors { code } } }',
  );
  const { seen, cursors } = await eventually(() => readWorld(client, profile));
  return {
    apiKey,
    client,
    ids: {
      tenant,
      apiKey: seen.viewer.apiKey.id,
      spareKey: spare.id,
      ...people,
      ...hook,
      connection,
      auditEntry: seen.auditLog.edges[0]?.node?.id ?? '',
      profile,
      profileVersion: seen.profile.current.id,
      decisionChange,
      sample,
      awaitingSample: createSample.sample.id,
      upload: inParts.multipartUpload.uploadId,
      inspection: inspection.id,
      review,
      ...evaluated,
      deletion: deletion.id,
      export: createExport.export.id,
      turn: askInspection.turn.id,
      profileDraft: draftProfile.draft.id,
    },
    cursors,
  };
}

/** A threshold of its own for a new profile; what remembers it. */
async function moveThreshold(client: Client, profile: string): Promise<string> {
  await client.request(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { errors { code } } }',
    { input: { id: profile, expectedVersion: 1, patch: { threshold: 0.5 } } },
  );
  return eventually(async () => {
    const { found } = await client.request<{
      found: { decisionChanges: { edges: readonly { node: { id: string } }[] } };
    }>('query ($id: ID!) { found: profile(id: $id) { decisionChanges { edges { node { id } } } } }', {
      id: profile,
    });
    const [change] = found.decisionChanges.edges;
    if (!change) throw new Error('The change is not listed yet.');
    return change.node.id;
  });
}

/** A review of an inspection. */
async function confirm(client: Client, inspectionId: string): Promise<string> {
  const { createReview } = await client.request<{ createReview: { review: { id: string } } }>(
    `mutation ($input: CreateReviewInput!) { createReview(input: $input) { review { id } errors { code } } }`,
    { input: { inspectionId, kind: 'CONFIRM' } },
  );
  return createReview.review.id;
}

/** A dataset of one sample, an import into it, and its evaluation, which ended. */
async function evaluate(client: Client, profile: string, sample: string) {
  const dataset = await createDataset(client);
  const item = { source: { sampleId: sample }, label: 'NORMAL', className: 'board' };
  const { id: datasetVersion } = await addItems(client, dataset, [item]);
  const { createDatasetImport: prepared } = await client.request<{
    createDatasetImport: { datasetImport: { id: string }; manifestUpload: UploadTicket };
  }>(
    `mutation ($input: CreateDatasetImportInput!) {
      createDatasetImport(input: $input) { datasetImport { id } manifestUpload { url method fields { name value } } errors { code } } }`,
    { input: { datasetId: dataset, format: 'JSONL', manifestBytes: 5 } },
  );
  await uploadFile(prepared.manifestUpload, Buffer.from('{}{}\n'));
  const evaluation = await createEvaluation(client, { profileId: profile, datasetVersionId: datasetVersion });
  await waitForEvaluation(client, evaluation.id);
  return {
    dataset,
    datasetVersion,
    datasetImport: prepared.datasetImport.id,
    evaluation: evaluation.id,
  };
}

/** @throws Error while a list does not show what it will */
async function readWorld(client: Client, profile: string) {
  const seen = await client.request<{
    viewer: { apiKey: { id: string } };
    profile: { current: { id: string }; versions: Edges };
    apiKeys: Edges;
    datasets: Edges;
    deletions: Edges;
    evaluations: Edges;
    exports: Edges;
    auditLog: Edges;
    connections: Edges;
    invitations: Edges;
    members: Edges;
    webhooks: Edges;
    profileDrafts: Edges;
    profiles: Edges;
    samples: Edges;
    inspections: Edges;
  }>(
    `query ($profile: ID!) {
      viewer { apiKey { id } }
      profile(id: $profile) { current { id } versions { edges { cursor } } }
      apiKeys { edges { cursor } }
      datasets { edges { cursor } }
      deletions { edges { cursor } }
      evaluations { edges { cursor } }
      exports { edges { cursor } }
      auditLog { edges { cursor node { id } } }
      connections { edges { cursor } }
      invitations { edges { cursor } }
      members { edges { cursor } }
      webhooks { edges { cursor } }
      profileDrafts { edges { cursor } }
      profiles { edges { cursor } }
      samples { edges { cursor } }
      inspections { edges { cursor } }
    }`,
    { profile },
  );
  const first = ({ edges }: Edges): string => {
    if (!edges[0]) throw new Error('The list is still empty.');
    return edges[0].cursor;
  };
  const cursors: Cursors = {
    apiKeys: first(seen.apiKeys),
    datasets: first(seen.datasets),
    deletions: first(seen.deletions),
    evaluations: first(seen.evaluations),
    exports: first(seen.exports),
    auditLog: first(seen.auditLog),
    connections: first(seen.connections),
    invitations: first(seen.invitations),
    members: first(seen.members),
    webhooks: first(seen.webhooks),
    profileDrafts: first(seen.profileDrafts),
    profiles: first(seen.profiles),
    samples: first(seen.samples),
    inspections: first(seen.inspections),
    versions: first(seen.profile.versions),
  };
  return { seen, cursors };
}

/** A key of the client's tenant, and its id. @throws Error when it is refused */
export async function createKey(
  client: Client,
  input: { readonly role: string; readonly expiresAt?: string; readonly scopes?: readonly string[] },
): Promise<{ id: string; key: string }> {
  const { createApiKey } = await client.request<{
    createApiKey: { apiKey: { id: string } | null; key: string | null; errors: { message: string }[] };
  }>(
    `mutation ($input: CreateApiKeyInput!) {
      createApiKey(input: $input) { apiKey { id } key errors { message } } }`,
    { input: { name: 'Made by a test', ...input } },
  );
  const { apiKey, key, errors } = createApiKey;
  if (!apiKey || !key) throw new Error(errors.map(({ message }) => message).join(' '));
  return { id: apiKey.id, key };
}

/** A member of the client's tenant, and an invitation that is still open. */
async function invitePeople(
  { url }: TestService,
  issuer: TestIssuer,
  client: Client,
  name: string,
): Promise<{ member: string; invitation: string }> {
  const invite = async (email: string) => {
    const { inviteMember } = await client.request<{
      inviteMember: { token: string; invitation: { id: string } };
    }>(
      `mutation ($input: InviteMemberInput!) {
        inviteMember(input: $input) { token invitation { id } errors { code } } }`,
      { input: { email, role: 'VIEWER' } },
    );
    return inviteMember;
  };
  const email = `${name.toLowerCase()}@example.com`;
  const person = createClient({ url, apiKey: await issuer.issue(email) });
  const { acceptInvitation } = await person.request<{ acceptInvitation: { member: { id: string } } }>(
    `mutation ($token: String!) { acceptInvitation(input: { token: $token }) { member { id } errors { code } } }`,
    { token: (await invite(email)).token },
  );
  const open = await invite(`open.${email}`);
  return { member: acceptInvitation.member.id, invitation: open.invitation.id };
}

/** A webhook that leads nowhere, and what was sent to it. */
async function makeWebhook(client: Client): Promise<{ webhook: string; webhookDelivery: string }> {
  const { createWebhook } = await client.request<{ createWebhook: { webhook: { id: string } } }>(
    `mutation { createWebhook(input: { url: "http://127.0.0.1:9/", events: ["inspection.failed"] }) {
      webhook { id } errors { code message } } }`,
  );
  const webhook = createWebhook.webhook.id;
  const { testWebhook } = await client.request<{ testWebhook: { delivery: { id: string } } }>(
    'mutation ($id: ID!) { testWebhook(input: { id: $id }) { delivery { id } errors { code } } }',
    { id: webhook },
  );
  return { webhook, webhookDelivery: testWebhook.delivery.id };
}

/** A key of the tenant's own for a provider that is not asked. */
async function makeConnection(client: Client): Promise<string> {
  const { createConnection } = await client.request<{ createConnection: { connection: { id: string } } }>(
    `mutation { createConnection(input: { provider: GEMINI, apiKey: "a made-up key" }) {
      connection { id } errors { code message } } }`,
  );
  return createConnection.connection.id;
}

interface Edges {
  readonly edges: readonly { readonly cursor: string; readonly node?: { readonly id: string } }[];
}
