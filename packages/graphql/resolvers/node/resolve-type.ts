import { type Noun, parseNoun } from '@loupe/core/platform';

const typeNames = {
  apiKey: 'ApiKey',
  dataset: 'Dataset',
  datasetImport: 'DatasetImport',
  datasetVersion: 'DatasetVersion',
  decisionChange: 'DecisionChange',
  evaluation: 'Evaluation',
  export: 'Export',
  inspection: 'Inspection',
  auditEntry: 'AuditEntry',
  connection: 'Connection',
  deletion: 'Deletion',
  delivery: 'WebhookDelivery',
  invitation: 'Invitation',
  webhook: 'Webhook',
  member: 'Member',
  profile: 'Profile',
  profileDraft: 'ProfileDraft',
  profileVersion: 'ProfileVersion',
  review: 'Review',
  sample: 'Sample',
  tenant: 'Tenant',
  turn: 'Turn',
} as const satisfies Record<Noun, string>;

/** The type of a node by its id; models have none of ours. */
export function resolveNodeType(node: object): (typeof typeNames)[Noun] | 'Model' {
  const noun = 'id' in node ? parseNoun(String(node.id)) : undefined;
  return noun ? typeNames[noun] : 'Model';
}
