import { DomainError } from '../platform/index.ts';
import { DEFAULT_PLAN, FILE_LIMITS, type FileLimitName, findPlan, type PlanName } from './plans.ts';

/** Limits that a profile sets below those of the plan. */
export type LowerFileLimits = Readonly<Partial<Record<FileLimitName, number>>>;

/** Whose limits hold for a file: the tenant's plan, and the profile that it was sent for. */
export interface FileLimitSources {
  readonly plan?: PlanName | undefined;
  readonly profile?: { readonly id: string; readonly limits: LowerFileLimits } | undefined;
}

/** A limit that a file did not keep. */
export interface ExceededLimit {
  /** A `FileLimitName`, or one that only the service sets. */
  readonly name: string;
  readonly value: number;
  readonly setBy: 'PLAN' | 'PROFILE' | 'SERVICE';
}

/** The limit of that name that holds: the profile's where it is lower than the plan's. */
export function findFileLimit(
  { plan, profile }: FileLimitSources,
  name: FileLimitName,
): { readonly value: number; readonly setBy: 'PLAN' | 'PROFILE' } {
  const ofPlan = findPlan(plan).file[name];
  const ofProfile = profile?.limits[name] ?? Number.POSITIVE_INFINITY;
  return ofProfile < ofPlan ? { value: ofProfile, setBy: 'PROFILE' } : { value: ofPlan, setBy: 'PLAN' };
}

/** Names a limit and who set it, as a sentence. */
export function describeLimit(
  { plan, profile }: FileLimitSources,
  { name, value, setBy }: ExceededLimit,
): string {
  const setter = {
    PLAN: `the plan ${plan ?? DEFAULT_PLAN}`,
    PROFILE: `the profile ${profile?.id}`,
    SERVICE: 'the service',
  };
  return `The limit is ${name} = ${value}, set by ${setter[setBy]}.`;
}

/** Refuses a file by the size it is announced with. @throws DomainError INVALID */
export function assertBytesAllowed(bytes: number, sources: FileLimitSources, path: readonly string[]): void {
  const limit = findFileLimit(sources, 'bytes');
  if (bytes <= limit.value) return;
  const message = `bytes is ${bytes}. ${describeLimit(sources, { name: 'bytes', ...limit })} Send a smaller file.`;
  throw new DomainError('INVALID', message, path);
}

/** Limits as a caller gives them: null clears. @throws DomainError INVALID unless each is within the plan's */
export function checkFileLimits(
  input: { readonly [K in FileLimitName]?: number | null | undefined } | null | undefined,
  plan: PlanName | undefined,
  path: readonly string[],
): LowerFileLimits | undefined {
  const allowed = findPlan(plan).file;
  const limits = FILE_LIMITS.flatMap((name) => {
    const value = input?.[name] ?? undefined;
    if (value === undefined) return [];
    if (!Number.isInteger(value) || value < 1 || value > allowed[name]) {
      const message = `${name} is a whole number from 1 to ${allowed[name]}, the limit of the plan ${plan ?? DEFAULT_PLAN}: a profile only lowers it.`;
      throw new DomainError('INVALID', message, [...path, name]);
    }
    return [[name, value] as const];
  });
  return limits.length > 0 ? Object.fromEntries(limits) : undefined;
}
