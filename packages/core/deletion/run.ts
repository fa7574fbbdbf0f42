import {
  ConditionFailedError,
  createTenantScope,
  type Lease,
  type Platform,
  transition,
} from '../platform/index.ts';
import { awaitEvaluation } from './await-evaluation.ts';
import { clearRemains, listPrefixes } from './clear-remains.ts';
import { type Deletion, deletionKind, type Remains } from './entity.ts';
import { endRetention, stepRetention } from './run-retention.ts';
import { stepTenant } from './run-tenant.ts';
import { certify, claimDeletion, releaseDeletion } from './states.ts';
import { openWork, type Step, type Work } from './work.ts';

/** Things that may wait for their last look at once: the job's row holds them. */
const MAX_REMAINS = 200;
const MAX_TRIES = 6;

/** Subjects that go in a way of their own. */
const STEPS: Readonly<Partial<Record<Deletion['subject'], typeof stepRemains>>> = {
  EVALUATION: async (work, isOver) => (await awaitEvaluation(work)) ?? stepRemains(work, isOver),
  RETENTION: async (work, isOver) =>
    work.job().remains.length > 0 ? stepRemains(work, isOver) : stepRetention(work),
  TENANT: stepTenant,
};

/**
 * Goes on with a deletion until it is done, has to wait, or `deadline` (epoch ms) comes.
 * @param homeId where the job's row is: its tenant, or the operator for the end of a tenant
 * @returns when to go on, in epoch ms; undefined when there is nothing to go on with
 */
export async function runDeletion(
  platform: Platform,
  homeId: string,
  id: string,
  lease: Lease,
  deadline: number,
): Promise<number | undefined> {
  const home = createTenantScope(platform, homeId);
  const claimed = await transition(home, deletionKind, id, (deletion) =>
    claimDeletion(deletion, lease, platform.clock()),
  );
  if (!claimed) return undefined;
  const work = openWork(platform, home, claimed);
  const release = (at: number, broke: boolean) =>
    transition(home, deletionKind, id, (deletion) => releaseDeletion(deletion, lease.token, at, broke));
  try {
    const step = await runSteps(work, () => platform.clock() >= deadline);
    if (step === 'DONE') {
      const certified = certify(work.job(), platform.clock());
      if (claimed.subject === 'RETENTION') await endRetention(work, home, certified);
      else await work.commit(certified);
      return undefined;
    }
    const at = step === 'AGAIN' ? platform.clock() : step.waitUntil;
    await release(at, false);
    return at;
  } catch (error) {
    await release(platform.clock(), true);
    throw error;
  }
}

async function runSteps(work: Work, isOver: () => boolean): Promise<Step> {
  const run = STEPS[work.job().subject] ?? stepRemains;
  let tries = 0;
  while (!isOver()) {
    try {
      const step = await run(work, isOver);
      if (step !== 'AGAIN') return step;
      tries = 0;
    } catch (error) {
      // A row changed between its reading and its deletion: look again. Without the lease the next write fails, too.
      if (!(error instanceof ConditionFailedError) || error.failed.includes(0) || ++tries > MAX_TRIES)
        throw error;
    }
  }
  return 'AGAIN';
}

/** Looks through what is left of one thing. */
export async function stepRemains(work: Work, isOver: () => boolean): Promise<Step> {
  const { remains, counted } = work.job();
  const now = work.platform.clock();
  const ripe = remains.filter(({ looked, notBefore }) => !looked || notBefore <= now);
  const isFull = () => work.job().remains.length >= MAX_REMAINS;
  // A page that was counted and left behind first; then, while the list is long, what adds nothing to it.
  const next =
    ripe.find((one) => listPrefixes(one).includes(counted?.prefix ?? '')) ??
    ripe.find(({ noun }) => !isFull() || (noun !== 'sample' && noun !== 'dataset'));
  if (next) {
    const isClear = await clearRemains(work, next, () => isOver() || isFull());
    if (isClear) await markLooked(work, next, now);
    return 'AGAIN';
  }
  if (remains.length === 0) return 'DONE';
  return { waitUntil: Math.min(...remains.map(({ notBefore }) => notBefore)) };
}

/** A look that began when nobody could write for the thing any more was the last. */
async function markLooked(work: Work, { noun, id }: Remains, beganAt: number): Promise<void> {
  const marked = work.job().remains.flatMap((one): Remains[] => {
    if (one.noun !== noun || one.id !== id) return [one];
    return one.notBefore <= beganAt ? [] : [{ ...one, looked: true }];
  });
  await work.commit({ remains: marked });
}
