export * from './counters.ts';
export * from './file-limits.ts';
export * from './meter.ts';
export * from './plans.ts';
export { createPutOff } from './put-off.ts';
export * from './quota.ts';
export * from './rate.ts';
export { noticeThresholds } from './thresholds.ts';
export * from './verbs.ts';
