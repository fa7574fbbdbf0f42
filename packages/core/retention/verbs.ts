import { assertMay, type TenantRequest } from '../access/index.ts';
import {
  ConditionFailedError,
  checkNumber,
  DomainError,
  load,
  revise,
  type TenantScope,
  type Write,
} from '../platform/index.ts';
import { profileKind } from '../profile/index.ts';
import { type RetentionRule, readProfileRetention, retentionKind, writeProfileRetention } from './entity.ts';

const MAX_DAYS = 3650;
const NAMES = ['filesAfterDays', 'viewsAfterDays', 'inspectionsAfterDays', 'unusedSamplesAfterDays'] as const;

export interface RetentionView extends RetentionRule {
  /** Whether it is the profile's own. */
  readonly isOwn: boolean;
  /** When rules were applied last, in epoch ms. */
  readonly lastRunAt?: number | undefined;
}

export interface RetentionInput {
  /** Absent: for all profiles without a rule of their own. */
  readonly profileId?: string | null | undefined;
  readonly filesAfterDays?: number | null | undefined;
  readonly viewsAfterDays?: number | null | undefined;
  readonly inspectionsAfterDays?: number | null | undefined;
  /** Without a profile alone. */
  readonly unusedSamplesAfterDays?: number | null | undefined;
  /** Takes the profile's own rule away. */
  readonly inherit?: boolean;
}

/** The rule that holds for a profile, or the tenant's own. */
export async function readRetention(
  { session, scope }: TenantRequest,
  profileId: string | null | undefined,
): Promise<RetentionView | undefined> {
  assertMay(session, 'retention.read');
  if (profileId && !(await scope.table.get(profileKind, profileId))) return undefined;
  return view(scope, profileId);
}

/** Sets the rule of a profile, or of the tenant. It is applied within the hour, and then once a day. */
export async function setRetention(
  { session, scope }: TenantRequest,
  input: RetentionInput,
): Promise<RetentionView> {
  assertMay(session, 'retention.update');
  const { profileId } = input;
  if (profileId) await load(scope, profileKind, profileId, ['input', 'profileId']);
  const rule = checkRule(input);
  const before = await scope.table.get(retentionKind, scope.tenantId);
  const own = profileId ? await readProfileRetention(scope, profileId) : undefined;
  // From now on there is something to apply.
  const dueAt = scope.clock();
  const changes = { dueAt, ...(!profileId && { rule }) };
  const writes: Write[] = [
    before
      ? scope.table.replace(retentionKind, revise(before, changes))
      : scope.table.create(retentionKind, { id: scope.tenantId, rev: 1, rule: {}, ...changes }),
  ];
  if (profileId) {
    writes.push(
      writeProfileRetention(scope, profileId, own, { rule: input.inherit === true ? undefined : rule }),
    );
  }
  try {
    await scope.table.transact(writes);
  } catch (error) {
    if (!(error instanceof ConditionFailedError)) throw error;
    throw new DomainError('VERSION_CONFLICT', 'The rule was changed meanwhile. Read it again.');
  }
  return view(scope, profileId);
}

async function view(scope: TenantScope, profileId: string | null | undefined): Promise<RetentionView> {
  const retention = await scope.table.get(retentionKind, scope.tenantId);
  const own = profileId ? await readProfileRetention(scope, profileId) : undefined;
  return {
    ...(own?.rule ?? retention?.rule),
    unusedSamplesAfterDays: retention?.rule.unusedSamplesAfterDays,
    isOwn: own?.rule !== undefined,
    lastRunAt: retention?.lastRunAt,
  };
}

function checkRule(input: RetentionInput): RetentionRule {
  const rule: RetentionRule = Object.fromEntries(
    NAMES.flatMap((name) => {
      const days = input[name];
      return days == null ? [] : [[name, checkNumber(days, ['input', name], 1, MAX_DAYS)]];
    }),
  );
  const { filesAfterDays, viewsAfterDays, unusedSamplesAfterDays } = rule;
  if (input.profileId && unusedSamplesAfterDays !== undefined) {
    const message = 'Samples that nothing needs belong to no profile: leave profileId out.';
    throw new DomainError('INVALID', message, ['input', 'unusedSamplesAfterDays']);
  }
  if (filesAfterDays !== undefined && viewsAfterDays !== undefined && filesAfterDays > viewsAfterDays) {
    throw new DomainError('INVALID', 'Files go with their views at the latest.', ['input', 'filesAfterDays']);
  }
  return rule;
}
