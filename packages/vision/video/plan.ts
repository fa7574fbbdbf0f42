import type { Span } from './choose/choose-uniform.ts';

/** The frames of one view. */
export interface ViewPlan {
  readonly span: Span;
  readonly indexes: readonly number[];
}

export interface Plan {
  readonly views: readonly ViewPlan[];
  readonly notes: readonly string[];
}
