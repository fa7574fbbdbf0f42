import type { Cursors, Ids } from './world.ts';

/** One way to name another tenant's things in one operation. */
export interface Call {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const ERRORS = 'errors { code message path }';

const byId = (field: string, selection: string, id: string): Call => ({
  document: `query ($id: ID!) { ${field}(id: $id) { ${selection} } }`,
  variables: { id },
});

const plain = (document: string): Call => ({ document, variables: {} });

const page = (list: string, after: string): Call => ({
  document: `query ($after: String) { ${list}(after: $after) { edges { node { id } } } }`,
  variables: { after },
});

const mutate = (field: string, selection: string, input: object): Call => ({
  document: `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
    ${field}(input: $input) { ${selection} ${ERRORS} } }`,
  variables: { input },
});

/** An upload is reached by its own operations alone: its id is no object's. */
const listNodes = ({ upload: _, ...ids }: Ids): readonly string[] => Object.values(ids);

/**
 * For every operation of the schema, the calls that name somebody else's things by `ids` and `cursors`. An operation
 * that takes neither has a call all the same: it must be well-formed and needs a credential. `own` are things of the asker's, where
 * one's own and another's stand in one input.
 */
export const calls: Readonly<Record<string, (ids: Ids, cursors: Cursors, own: Ids) => readonly Call[]>> = {
  'Query.apiKeys': (_ids, { apiKeys }) => [page('apiKeys', apiKeys)],
  'Query.dataset': ({ dataset }) => [
    byId('dataset', 'id name current { id digest } versions { edges { node { id } } }', dataset),
  ],
  'Query.datasetImport': ({ datasetImport }) => [
    byId('datasetImport', 'id state badLines { reason } dataset { id }', datasetImport),
  ],
  'Query.datasets': (_ids, { datasets }) => [page('datasets', datasets)],
  'Query.deletion': ({ deletion }) => [byId('deletion', 'id state targetId counts { kind count }', deletion)],
  'Query.deletions': (_ids, { deletions }) => [page('deletions', deletions)],
  'Query.estimateCascade': ({ evaluation }) => [
    {
      document: `query ($input: EstimateCascadeInput!) { estimateCascade(input: $input) { items cascade { costMicroUsd } } }`,
      variables: {
        input: { evaluationId: evaluation, cheap: 'profile', strong: 'profile', low: 0.3, high: 0.7 },
      },
    },
  ],
  'Query.estimateEvaluation': ({ profile, datasetVersion }) => [
    {
      document: `query ($input: CreateEvaluationInput!) { estimateEvaluation(input: $input) { items calls cascades { measuredIn { id } } } }`,
      variables: { input: { profileId: profile, datasetVersionId: datasetVersion } },
    },
  ],
  'Query.evaluation': ({ evaluation }) => [
    byId(
      'evaluation',
      'id state report { url } items { edges { node { name } } } progress { judged } variants { name }',
      evaluation,
    ),
  ],
  'Query.evaluations': ({ profile }, { evaluations }) => [
    page('evaluations', evaluations),
    {
      document: `query ($profileId: ID!) { evaluations(filter: { profileId: $profileId }) {
        edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }`,
      variables: { profileId: profile },
    },
  ],
  'Query.export': (ids) => [
    byId('export', 'id rows { kind } files { edges { node { path link { url } } } }', ids.export),
  ],
  'Query.exports': (_ids, { exports }) => [page('exports', exports)],
  'Query.auditLog': ({ apiKey, dataset }, { auditLog }) => [
    page('auditLog', auditLog),
    {
      document: 'query ($id: ID!) { auditLog(filter: { actorId: $id }) { edges { node { action } } } }',
      variables: { id: apiKey },
    },
    {
      document: 'query ($filter: AuditFilter) { auditLog(filter: $filter) { edges { node { action } } } }',
      variables: { filter: { targetId: dataset, action: 'createDataset' } },
    },
  ],
  'Query.connections': (_ids, { connections }) => [page('connections', connections)],
  'Query.inspection': ({ inspection }) => [
    byId(
      'inspection',
      'id label state verdict { reasoning overlay { url } } reviews { edges { node { id } } } sample { id } profile { id }',
      inspection,
    ),
  ],
  'Query.inspections': ({ profile }, { inspections }) => [
    page('inspections', inspections),
    {
      document: `query ($profileId: ID!) { inspections(filter: { profileId: $profileId }) {
        edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }`,
      variables: { profileId: profile },
    },
  ],
  'Query.invitations': (_ids, { invitations }) => [page('invitations', invitations)],
  'Query.members': (_ids, { members }) => [page('members', members)],
  'Query.models': () => [plain('{ models { id name price { inputMicroUsd } } }')],
  'Query.multipartUpload': ({ upload }) => [
    {
      document: `query ($uploadId: ID!) { multipartUpload(uploadId: $uploadId) { state uploadedParts { sha256 } } }`,
      variables: { uploadId: upload },
    },
  ],
  'Query.node': (ids) => listNodes(ids).map((id) => byId('node', '__typename id', id)),
  'Query.nodes': (ids) => [
    {
      document: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      variables: { ids: listNodes(ids) },
    },
  ],
  'Query.profile': ({ profile }, { versions }) => [
    byId(
      'profile',
      'id name calibration { version } decisionChanges { edges { node { id profileVersion { id } } } } health(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { done } counts { done } current { id } versions { edges { node { id } } }',
      profile,
    ),
    {
      document: `query ($id: ID!, $after: String) {
        profile(id: $id) { versions(after: $after) { edges { node { id } } } } }`,
      variables: { id: profile, after: versions },
    },
  ],
  'Query.profileDrift': ({ profile }) => [
    {
      document: 'query ($id: ID!) { profileDrift(profileId: $id) { period { done } scores { reason } } }',
      variables: { id: profile },
    },
  ],
  'Query.profileDraft': ({ profileDraft }) => [
    byId('profileDraft', 'id className references { id }', profileDraft),
  ],
  'Query.profileDrafts': (_ids, { profileDrafts }) => [page('profileDrafts', profileDrafts)],
  'Query.profiles': (_ids, { profiles }) => [page('profiles', profiles)],
  'Query.promptPreview': ({ profile, sample }) => [
    {
      document: `query ($input: PromptPreviewInput!) { promptPreview(input: $input) {
        inputTokens calls { inputTokens } } }`,
      variables: { input: { profileId: profile, sampleId: sample } },
    },
  ],
  'Query.retention': ({ profile }) => [
    {
      document: 'query ($id: ID) { retention(profileId: $id) { isOwn } }',
      variables: { id: profile },
    },
  ],
  'Query.sample': ({ sample }) => [
    byId('sample', 'id fileName original { url } views { link { url } }', sample),
  ],
  'Query.samples': (_ids, { samples }) => [page('samples', samples)],
  'Query.tenant': ({ tenant }) => [byId('tenant', 'id name', tenant)],
  'Query.tenants': () => [plain('{ tenants { edges { node { id } } } }')],
  'Query.usage': () => [plain('{ usage { plan quotas { quota used } table(by: HOUR) } }')],
  'Query.viewer': () => [plain('{ viewer { tenant { id } apiKey { id } actions } }')],
  'Query.webhooks': (_ids, { webhooks }) => [page('webhooks', webhooks)],
  'Mutation.abortMultipartUpload': ({ upload }) => [
    mutate('abortMultipartUpload', 'multipartUpload { state }', { uploadId: upload }),
  ],
  'Mutation.completeMultipartUpload': ({ upload }) => [
    mutate('completeMultipartUpload', 'multipartUpload { state }', { uploadId: upload }),
  ],
  'Mutation.signMultipartUploadParts': ({ upload }) => [
    mutate('signMultipartUploadParts', 'parts { url }', {
      uploadId: upload,
      parts: [{ number: 1, sha256: 'a'.repeat(64) }],
    }),
  ],
  'Mutation.acceptInvitation': ({ invitation }) => [
    mutate('acceptInvitation', 'member { id }', {
      token: `loupe_invite_${invitation.slice(4)}_${'A'.repeat(32)}`,
    }),
  ],
  'Mutation.addDatasetItems': ({ dataset, sample, inspection }, _cursors, own) => [
    mutate('addDatasetItems', 'dataset { id } datasetVersion { id }', {
      datasetId: dataset,
      items: [{ source: { sampleId: sample }, label: 'NORMAL', className: 'x' }],
    }),
    mutate('addDatasetItems', 'dataset { id } datasetVersion { id }', {
      datasetId: dataset,
      items: [{ source: { inspectionId: inspection }, label: 'NORMAL', className: 'x' }],
    }),
    ...[{ maskSampleId: sample }, { referenceIds: [own.sample, sample] }].map((named) =>
      mutate('addDatasetItems', 'dataset { id } datasetVersion { id }', {
        datasetId: own.dataset,
        items: [{ source: { sampleId: own.sample }, label: 'NORMAL', className: 'x', ...named }],
      }),
    ),
  ],
  'Mutation.archiveDataset': ({ dataset }) => [mutate('archiveDataset', 'dataset { id }', { id: dataset })],
  'Mutation.cancelEvaluation': ({ evaluation }) => [
    mutate('cancelEvaluation', 'evaluation { id }', { id: evaluation }),
  ],
  'Mutation.cancelTenantDeletion': ({ tenant }) => [
    mutate('cancelTenantDeletion', 'tenant { id } deletion { id }', { id: tenant }),
  ],
  'Mutation.deleteDataset': ({ dataset }) => [
    mutate('deleteDataset', 'deletion { id targetId }', { id: dataset }),
  ],
  'Mutation.deleteEvaluation': ({ evaluation }) => [
    mutate('deleteEvaluation', 'deletion { id targetId }', { id: evaluation }),
  ],
  'Mutation.deleteInspection': ({ inspection }) => [
    mutate('deleteInspection', 'deletion { id targetId }', { id: inspection }),
  ],
  'Mutation.deleteSample': ({ sample }) => [
    mutate('deleteSample', 'deletion { id targetId }', { id: sample }),
  ],
  'Mutation.deleteTenant': ({ tenant }) => [
    mutate('deleteTenant', 'tenant { id } deletion { id }', { id: tenant, confirmation: 'Victim' }),
  ],
  'Mutation.createExport': () => [mutate('createExport', 'export { state }', {})],
  'Mutation.createDataset': () => [mutate('createDataset', 'dataset { name }', { name: 'x' })],
  'Mutation.createDatasetImport': ({ dataset }) => [
    mutate('createDatasetImport', 'datasetImport { id } manifestUpload { url }', {
      datasetId: dataset,
      format: 'JSONL',
      manifestBytes: 5,
    }),
  ],
  'Mutation.createEvaluation': ({ profile, datasetVersion }) => [
    mutate('createEvaluation', 'evaluation { id }', { profileId: profile, datasetVersionId: datasetVersion }),
  ],
  'Mutation.resumeEvaluation': ({ evaluation }) => [
    mutate('resumeEvaluation', 'evaluation { id }', { id: evaluation, retryFailed: true }),
  ],
  'Mutation.startDatasetImport': ({ datasetImport }) => [
    mutate('startDatasetImport', 'datasetImport { id }', { id: datasetImport }),
  ],
  'Mutation.askInspection': ({ inspection }) => [
    mutate('askInspection', 'turn { id question }', { inspectionId: inspection, question: 'Why?' }),
  ],
  'Mutation.draftProfile': ({ sample }) => [
    mutate('draftProfile', 'draft { id }', { className: 'x', referenceIds: [sample] }),
  ],
  'Mutation.archiveInspection': ({ inspection }) => [
    mutate('archiveInspection', 'inspection { id }', { id: inspection }),
  ],
  'Mutation.archiveProfile': ({ profile }) => [mutate('archiveProfile', 'profile { id }', { id: profile })],
  'Mutation.archiveSample': ({ sample }) => [mutate('archiveSample', 'sample { id }', { id: sample })],
  'Mutation.archiveTenant': ({ tenant }) => [mutate('archiveTenant', 'tenant { id }', { id: tenant })],
  'Mutation.createApiKey': () => [mutate('createApiKey', 'apiKey { name }', { name: 'x', role: 'VIEWER' })],
  'Mutation.archiveConnection': ({ connection }) => [
    mutate('archiveConnection', 'connection { id }', { id: connection }),
  ],
  'Mutation.checkConnection': ({ connection }) => [
    mutate('checkConnection', 'connection { id }', { id: connection }),
  ],
  'Mutation.calibrateProfile': ({ profile }) => [
    mutate('calibrateProfile', 'profile { id } calibration { version }', {
      profileId: profile,
      method: 'PLATT',
    }),
  ],
  'Mutation.chooseThreshold': ({ profile, evaluation }, _cursors, own) => [
    mutate('chooseThreshold', 'profile { id } choice { threshold }', {
      profileId: profile,
      expectedVersion: 2,
      by: 'F1_MAX',
    }),
    mutate('chooseThreshold', 'profile { id } choice { threshold }', {
      profileId: own.profile,
      expectedVersion: 2,
      by: 'F1_MAX',
      evaluationId: evaluation,
    }),
  ],
  'Mutation.createConnection': () => [
    mutate('createConnection', 'connection { provider }', { provider: 'GEMINI', apiKey: 'a made-up key' }),
  ],
  'Mutation.archiveWebhook': ({ webhook }) => [mutate('archiveWebhook', 'webhook { id }', { id: webhook })],
  'Mutation.createWebhook': () => [
    mutate('createWebhook', 'webhook { url }', {
      url: 'https://hooks.example.com/loupe',
      events: ['inspection.failed'],
    }),
  ],
  'Mutation.redeliverWebhook': ({ webhookDelivery }) => [
    mutate('redeliverWebhook', 'delivery { id }', { id: webhookDelivery }),
  ],
  'Mutation.rotateWebhookSecret': ({ webhook }) => [
    mutate('rotateWebhookSecret', 'webhook { id }', { id: webhook, expectedVersion: 1 }),
  ],
  'Mutation.testWebhook': ({ webhook }) => [mutate('testWebhook', 'delivery { event }', { id: webhook })],
  'Mutation.updateWebhook': ({ webhook }) => [
    mutate('updateWebhook', 'webhook { id }', { id: webhook, expectedVersion: 1, patch: { enabled: false } }),
  ],
  'Mutation.createInspection': ({ profile, sample }) => [
    mutate('createInspection', 'inspection { id } upload { url }', {
      profileId: profile,
      source: { sampleId: sample },
    }),
    mutate('createInspection', 'inspection { id } upload { url }', {
      profileId: profile,
      source: { file: { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' } },
    }),
  ],
  'Mutation.createProfile': ({ sample }) => [
    mutate('createProfile', 'profile { id }', { name: 'x', className: 'x', referenceIds: [sample] }),
  ],
  'Mutation.createReview': ({ inspection }) => [
    mutate('createReview', 'review { id }', { inspectionId: inspection, kind: 'CONFIRM' }),
  ],
  'Mutation.createSample': () => [
    mutate('createSample', 'sample { state } upload { method }', {
      file: { name: 'a.jpg', bytes: 5, contentType: 'image/jpeg' },
    }),
  ],
  'Mutation.createTenant': () => [mutate('createTenant', 'tenant { id } apiKey', { name: 'x' })],
  'Mutation.createUploadToken': ({ profile }) => [
    mutate('createUploadToken', '__typename', { profileId: profile }),
  ],
  'Mutation.inviteMember': () => [
    mutate('inviteMember', 'invitation { email }', { email: 'x@example.com', role: 'VIEWER' }),
  ],
  'Mutation.removeMember': ({ member }) => [mutate('removeMember', 'member { id }', { id: member })],
  'Mutation.renewSampleUpload': ({ awaitingSample }) => [
    mutate('renewSampleUpload', 'sample { id } upload { url }', { id: awaitingSample }),
  ],
  'Mutation.restoreTenant': ({ tenant }) => [mutate('restoreTenant', 'tenant { id }', { id: tenant })],
  'Mutation.revokeApiKey': ({ spareKey }) => [mutate('revokeApiKey', 'apiKey { id }', { id: spareKey })],
  'Mutation.revokeInvitation': ({ invitation }) => [
    mutate('revokeInvitation', 'invitation { id }', { id: invitation }),
  ],
  'Mutation.rotateApiKey': ({ spareKey }) => [
    mutate('rotateApiKey', 'apiKey { id }', { id: spareKey, expectedVersion: 1 }),
  ],
  'Mutation.setRetention': ({ profile }) => [
    mutate('setRetention', 'retention { isOwn }', { profileId: profile, viewsAfterDays: 3000 }),
  ],
  'Mutation.signUp': () => [mutate('signUp', 'tenant { id }', { name: 'x' })],
  'Mutation.updateInspection': ({ inspection }) => [
    mutate('updateInspection', 'inspection { id }', {
      id: inspection,
      expectedVersion: 1,
      patch: { label: 'x' },
    }),
  ],
  'Mutation.updateMember': ({ member }) => [
    mutate('updateMember', 'member { id }', { id: member, expectedVersion: 1, patch: { role: 'ENGINEER' } }),
  ],
  'Mutation.updateProfile': ({ profile, sample }, _cursors, own) => [
    mutate('updateProfile', 'profile { id }', { id: profile, expectedVersion: 1, patch: { name: 'x' } }),
    mutate('updateProfile', 'profile { id }', {
      id: own.profile,
      expectedVersion: 2,
      patch: { referenceIds: [sample] },
    }),
  ],
  'Mutation.updateSample': ({ sample }) => [
    mutate('updateSample', 'sample { id }', { id: sample, expectedVersion: 1, patch: { label: 'x' } }),
  ],
  'Mutation.updateTenant': ({ tenant }) => [
    mutate('updateTenant', 'tenant { id }', { id: tenant, expectedVersion: 1, patch: { name: 'x' } }),
  ],
};
