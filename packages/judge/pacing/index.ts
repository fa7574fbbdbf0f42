export { createLane, type Lane, type Turn } from './lane.ts';
export type { Grant, PaceReport, PaceState } from './pace.ts';
export { createPacer, type Pacer, type PaceStore } from './pacer.ts';
export { type Plan, planReturn } from './plan-return.ts';
