export * from './calibrate-profile.ts';
export * from './calibration.ts';
export * from './choose-threshold.ts';
export * from './decide-again.ts';
export { estimateCascade } from './estimate-cascade.ts';
export * from './labelled-scores.ts';
export * from './pick-band.ts';
export * from './pick-threshold.ts';
