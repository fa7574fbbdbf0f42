import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

/** What is done for one message, request or tick. Its fields are on every log line written meanwhile. */
export interface Step {
  readonly name: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Ids alone: no secret, no picture, no prompt. */
  readonly fields: Record<string, string | number | undefined>;
  span?: Span | undefined;
}

const current = new AsyncLocalStorage<Step>();

export function enterStep<T>(step: Step, work: () => Promise<T>): Promise<T> {
  return current.run(step, work);
}

export function findStep(): Step | undefined {
  return current.getStore();
}

/** Who opens a secret now, for the audit log. */
export function describeReader(): { readonly name: string; readonly requestId: string } {
  const step = findStep();
  return { name: step?.name ?? 'unknown', requestId: String(step?.fields.requestId ?? '') };
}

/** The plan of the tenant that the step works for, once that is known. */
export function findPlanName(): string | undefined {
  const plan = findStep()?.fields.plan;
  return plan === undefined ? undefined : String(plan);
}

/** Adds to what every further line of this step says. */
export function noteFields(fields: Readonly<Record<string, string | number | undefined>>): void {
  const step = current.getStore();
  if (step) Object.assign(step.fields, fields);
}
