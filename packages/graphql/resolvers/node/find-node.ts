import { assertMay, findApiKey, findInvitation, findMember } from '@loupe/core/access';
import { findAuditEntry } from '@loupe/core/audit';
import { findConnection } from '@loupe/core/connection';
import { findProfileDraft, findTurn } from '@loupe/core/consultation';
import { findDatasetImport } from '@loupe/core/dataset';
import { findDeletion } from '@loupe/core/deletion';
import { findExport } from '@loupe/core/export';
import { type Noun, parseNoun } from '@loupe/core/platform';
import { findDecisionChange } from '@loupe/core/profile';
import { findReviews } from '@loupe/core/review';
import { findTenant } from '@loupe/core/tenant';
import { findDelivery, findWebhook } from '@loupe/core/webhook';
import type { RequestContext } from '../../context.ts';
import type { ResolversTypes } from '../../generated/types.ts';
import { decodeModelId } from '../../models.ts';

type Found = Awaited<ResolversTypes['Node']> | null;

/** One entry per noun: a new noun does not compile without one. */
const finders: Record<Noun, (context: RequestContext, id: string) => Promise<Found | undefined>> = {
  apiKey: (context, id) => findApiKey(context.tenant(), id),
  dataset: (context, id) => context.loaders().datasets.load(id),
  datasetImport: (context, id) => findDatasetImport(context.tenant(), id),
  datasetVersion: (context, id) => context.loaders().datasetVersions.load(id),
  decisionChange: (context, id) => findDecisionChange(context.tenant(), id),
  export: (context, id) => findExport(context.tenant(), id),
  evaluation: (context, id) => context.loaders().evaluations.load(id),
  inspection: (context, id) => context.loaders().inspections.load(id),
  auditEntry: (context, id) => findAuditEntry(context.tenant(), id),
  connection: (context, id) => findConnection(context.tenant(), id),
  webhook: (context, id) => findWebhook(context.tenant(), id),
  deletion: (context, id) => findDeletion(context.platform, context.session, id),
  delivery: (context, id) => findDelivery(context.tenant(), id),
  invitation: (context, id) => findInvitation(context.tenant(), id),
  member: (context, id) => findMember(context.tenant(), id),
  profile: (context, id) => context.loaders().profiles.load(id),
  profileDraft: (context, id) => findProfileDraft(context.tenant(), id),
  profileVersion: (context, id) => context.loaders().profileVersions.load(id),
  review: async (context, id) => (await findReviews(context.tenant(), [id]))[0],
  sample: (context, id) => context.loaders().samples.load(id),
  turn: (context, id) => findTurn(context.tenant(), id),
  tenant: (context, id) => findTenant(context.platform, context.session, id),
};

/** The object behind a global id; null for one that does not exist or is another tenant's. */
export async function findNode(context: RequestContext, id: string): Promise<Found> {
  const noun = parseNoun(id);
  if (noun) return (await finders[noun](context, id)) ?? null;
  const modelName = decodeModelId(id);
  if (modelName === undefined) return null;
  assertMay(context.session, 'model.read');
  const models = await context.models();
  const model = models.find(modelName);
  const isListed = models.list().some(({ name }) => name === modelName);
  return isListed || model.available ? model : null;
}
