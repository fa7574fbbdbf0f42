import { encodeTime } from 'ulid';
import { type AnyConsultation, consultationKind, placeTurns } from '../consultation/index.ts';
import {
  type DatasetImport,
  type DatasetVersion,
  datasetImportKind,
  datasetVersionKind,
  placeImports,
} from '../dataset/index.ts';
import { inspectionKind, isEnded } from '../inspection/index.ts';
import { type Entity, type EntityKind, revise, type TenantScope } from '../platform/index.ts';
import { type Review, reviewKind } from '../review/index.ts';
import {
  dropParts,
  listAnswers,
  listLinks,
  locateFrames,
  locateOriginal,
  locateSource,
  sampleKind,
} from '../sample/index.ts';
import { type Delivery, deliveryKind, type Webhook } from '../webhook/index.ts';
import { clearObjects } from './clear-objects.ts';
import type { CountName, Remains } from './entity.ts';
import { listEvaluationsOf } from './list-evaluations-of.ts';
import { takeEvaluation, takeInspection, takePictures } from './take-nouns.ts';
import { take, type Work } from './work.ts';

/** Rows of one transaction; DynamoDB takes 100. */
const PAGE = 80;
/** An event is announced in the transaction that ends a thing, or within its retries. */
const ANNOUNCED_WITHIN_MS = 60_000;

/**
 * Looks through what a thing left behind and deletes it.
 * @returns true when nothing was left, false when `isOver` said to stop
 */
export async function clearRemains(work: Work, remains: Remains, isOver: () => boolean): Promise<boolean> {
  for (const clear of STEPS[remains.noun]) {
    while (await clear(work, remains)) if (isOver()) return false;
  }
  for (const prefix of listPrefixes(remains)) if (!(await clearObjects(work, prefix, isOver))) return false;
  return true;
}

/** Where the objects of a thing are. */
export function listPrefixes({ noun, id }: Remains): readonly string[] {
  return PREFIXES[noun](id);
}

/** Deletes a page. @returns whether there was anything */
type Step = (work: Work, remains: Remains) => Promise<boolean>;

const PREFIXES: Readonly<Record<Remains['noun'], (id: string) => readonly string[]>> = {
  dataset: (id) => [`datasets/${id}/`],
  evaluation: (id) => [`evaluations/${id}/`],
  file: (id) => [locateOriginal(id), locateSource(id), locateFrames(id)],
  inspection: (id) => [`inspections/${id}/`],
  pictures: (id) => [`inspections/${id}/`],
  sample: (id) => [`samples/${id}/`],
};

const STEPS: Readonly<Record<Remains['noun'], readonly Step[]>> = {
  dataset: [clearImports, clearVersions, clearEvaluations, clearAttached],
  evaluation: [clearDeliveries, clearAttached],
  file: [],
  inspection: [clearReviews, clearTurns, clearDeliveries, clearAttached],
  pictures: [],
  sample: [clearParts, clearInspections, clearAnswers, clearDeliveries, clearAttached],
};

const clearByParent = async <T extends Entity>(
  work: Work,
  kind: EntityKind<T>,
  partition: string,
  name: CountName,
): Promise<boolean> => {
  const { items } = await work.scope.table.query<T>('byParent', partition, { limit: PAGE });
  return removeAll(work, kind, items, name);
};

async function removeAll<T extends Entity>(
  work: Work,
  kind: EntityKind<T>,
  entities: readonly T[],
  name: CountName,
): Promise<boolean> {
  // The index may still name what is gone.
  const stored = await work.scope.table.getMany(
    kind,
    entities.map(({ id }) => id),
  );
  const found = stored.flatMap((entity) => entity ?? []);
  if (found.length === 0) return false;
  const writes = found.map((entity) => work.scope.table.remove(kind, entity));
  await take(work, { writes, counts: { [name]: found.length } });
  return true;
}

function clearReviews(work: Work, { id }: Remains): Promise<boolean> {
  return clearByParent<Review>(work, reviewKind, `inspection#${id}#review`, 'reviews');
}

function clearTurns(work: Work, { id }: Remains): Promise<boolean> {
  return clearByParent<AnyConsultation>(work, consultationKind, placeTurns(id), 'turns');
}

function clearVersions(work: Work, { id }: Remains): Promise<boolean> {
  return clearByParent<DatasetVersion>(work, datasetVersionKind, `dataset#${id}#version`, 'datasetVersions');
}

/** An import that is in work may still store a version: its lease has to end. */
async function clearImports(work: Work, remains: Remains): Promise<boolean> {
  const partition = placeImports(remains.id);
  const { items } = await work.scope.table.query<DatasetImport>('byParent', partition, { limit: PAGE });
  await waitFor(
    work,
    remains,
    items.map(({ lease }) => lease?.until),
  );
  return removeAll(work, datasetImportKind, items, 'datasetImports');
}

/** Evaluations on the dataset's versions: their results name its items. */
async function clearEvaluations(work: Work, { id }: Remains): Promise<boolean> {
  for await (const evaluation of listEvaluationsOf(work.scope, id)) {
    await take(work, takeEvaluation(work.scope, evaluation));
    return true;
  }
  return false;
}

/** Whatever else hangs on a thing, but not a sample's tombstone: chunks of an evaluation, counters, summaries. */
async function clearAttached(work: Work, { noun, id }: Remains): Promise<boolean> {
  const { table } = work.scope;
  const rows = (await table.listRows(noun, id, '', PAGE)).filter((sk) => sk !== '#');
  if (rows.length === 0) return false;
  const writes = rows.map((sk) => table.detach(noun, id, sk));
  await take(work, { writes, counts: { [noun === 'evaluation' ? 'chunks' : 'rows']: rows.length } });
  return true;
}

/** Parts of a file that was on its way. */
async function clearParts({ scope }: Work, { id }: Remains): Promise<boolean> {
  const tombstone = await scope.table.get(sampleKind, id);
  if (!tombstone?.parts) return false;
  await dropParts(scope, tombstone);
  const bare = revise(tombstone, { parts: undefined });
  await scope.table.transact([scope.table.replace(sampleKind, bare)]);
  return true;
}

/** Inspections of a sample go with it, or keep their verdicts; one that has none yet goes in any case. */
async function clearInspections(work: Work, remains: Remains): Promise<boolean> {
  const { scope } = work;
  const { subject, keepInspections } = work.job();
  const [link] = await listLinks(scope, remains.id, 1);
  if (!link) return false;
  const unlink = scope.table.detach(sampleKind.name, remains.id, link.row);
  const inspection = await scope.table.get(inspectionKind, link.inspectionId);
  // To a rule, one that has just begun is somebody's who does not know of it: it ends FAILED and says why.
  if (!inspection || (subject === 'RETENTION' && !isEnded(inspection))) {
    await take(work, { writes: [unlink], counts: {} });
    return true;
  }
  const keeps = (keepInspections === true || subject === 'RETENTION') && isEnded(inspection);
  const taken = keeps ? takePictures(scope, inspection) : takeInspection(scope, inspection, subject);
  await waitFor(work, remains, [inspection.lease?.until]);
  await take(work, { ...taken, writes: [...taken.writes, unlink] });
  return true;
}

/** Kept answers of models that were given to pictures of the sample. */
async function clearAnswers(work: Work, { id }: Remains): Promise<boolean> {
  const { table } = work.scope;
  const links = await listAnswers(work.scope, id, PAGE / 2);
  if (links.length === 0) return false;
  const kept = await Promise.all(links.map(({ digest }) => table.getAttached('answer', digest, '#')));
  const answers = links.filter((_, position) => kept[position] !== undefined);
  await take(work, {
    writes: [
      ...links.map(({ row }) => table.detach(sampleKind.name, id, row)),
      ...answers.map(({ digest }) => table.detach('answer', digest, '#')),
    ],
    counts: { answers: answers.length },
  });
  return true;
}

/** Deliveries of the event that told of the thing: sent or on their way. */
async function clearDeliveries(work: Work, { id, announcedAt }: Remains): Promise<boolean> {
  if (announcedAt === undefined) return false;
  const from = `dlv_${encodeTime(announcedAt - 1)}`;
  const until = `dlv_${encodeTime(announcedAt + ANNOUNCED_WITHIN_MS)}`;
  for (const webhookId of await listWebhookIds(work.scope)) {
    let after: string | undefined = from;
    while (after !== undefined && after < until) {
      const page: { items: readonly Delivery[]; next: string | undefined } =
        await work.scope.table.query<Delivery>('byParent', `webhook#${webhookId}#delivery`, {
          limit: PAGE,
          after,
        });
      const about = page.items.filter(({ body }) => body.includes(id));
      if (await removeAll(work, deliveryKind, about, 'deliveries')) return true;
      after = page.next;
    }
  }
  return false;
}

async function listWebhookIds(scope: TenantScope): Promise<string[]> {
  const pages = await Promise.all(
    ['webhook', 'webhook:archived'].map((partition) =>
      scope.table.query<Webhook>('byTenant', partition, { limit: 100 }),
    ),
  );
  return pages.flatMap(({ items }) => items.map(({ id }) => id));
}

/** Has the remains looked through again after leases that hang on them. */
async function waitFor(work: Work, remains: Remains, leases: readonly (number | undefined)[]): Promise<void> {
  const until = Math.max(0, ...leases.map((lease) => lease ?? 0));
  const job = work.job();
  const current = job.remains.find(({ noun, id }) => noun === remains.noun && id === remains.id);
  if (!current || current.notBefore >= until) return;
  const later = job.remains.map((one) => (one === current ? { ...one, notBefore: until } : one));
  await work.commit({ remains: later });
}
