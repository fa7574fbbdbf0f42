import type { Ids } from './world.ts';

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

const mutate = (field: string, selection: string, input: object): Call => ({
  document: `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) {
    ${field}(input: $input) { ${selection} ${ERRORS} } }`,
  variables: { input },
});

/**
 * For every operation of the schema, the calls that name somebody else's things by `ids`. An operation that takes no
 * id has none; the test then looks at what it gives.
 */
export const calls: Readonly<Record<string, (ids: Ids) => readonly Call[]>> = {
  'Query.inspection': ({ inspection }) => [
    byId(
      'inspection',
      'id label state verdict { reasoning overlay { url } } sample { id } profile { id }',
      inspection,
    ),
  ],
  'Query.inspections': ({ profile }) => [
    {
      document: `query ($profileId: ID!) { inspections(filter: { profileId: $profileId }) {
        edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }`,
      variables: { profileId: profile },
    },
  ],
  'Query.models': () => [],
  'Query.node': (ids) => Object.values(ids).map((id) => byId('node', '__typename id', id)),
  'Query.nodes': (ids) => [
    {
      document: 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      variables: { ids: Object.values(ids) },
    },
  ],
  'Query.profile': ({ profile }) => [
    byId('profile', 'id name counts { done } current { id } versions { edges { node { id } } }', profile),
  ],
  'Query.profiles': () => [],
  'Query.sample': ({ sample }) => [
    byId('sample', 'id fileName original { url } views { link { url } }', sample),
  ],
  'Query.samples': () => [],
  'Query.tenant': ({ tenant }) => [byId('tenant', 'id name', tenant)],
  'Query.tenants': () => [],
  'Query.viewer': () => [],
  'Mutation.archiveInspection': ({ inspection }) => [
    mutate('archiveInspection', 'inspection { id }', { id: inspection }),
  ],
  'Mutation.archiveProfile': ({ profile }) => [mutate('archiveProfile', 'profile { id }', { id: profile })],
  'Mutation.archiveSample': ({ sample }) => [mutate('archiveSample', 'sample { id }', { id: sample })],
  'Mutation.archiveTenant': ({ tenant }) => [mutate('archiveTenant', 'tenant { id }', { id: tenant })],
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
  'Mutation.createSample': () => [],
  'Mutation.createTenant': () => [mutate('createTenant', 'tenant { id } apiKey', { name: 'x' })],
  'Mutation.renewSampleUpload': ({ awaitingSample }) => [
    mutate('renewSampleUpload', 'sample { id } upload { url }', { id: awaitingSample }),
  ],
  'Mutation.updateInspection': ({ inspection }) => [
    mutate('updateInspection', 'inspection { id }', {
      id: inspection,
      expectedVersion: 1,
      patch: { label: 'x' },
    }),
  ],
  'Mutation.updateProfile': ({ profile }) => [
    mutate('updateProfile', 'profile { id }', { id: profile, expectedVersion: 1, patch: { name: 'x' } }),
  ],
  'Mutation.updateSample': ({ sample }) => [
    mutate('updateSample', 'sample { id }', { id: sample, expectedVersion: 1, patch: { label: 'x' } }),
  ],
  'Mutation.updateTenant': ({ tenant }) => [
    mutate('updateTenant', 'tenant { id }', { id: tenant, expectedVersion: 1, patch: { name: 'x' } }),
  ],
};
