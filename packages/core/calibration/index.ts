export * from './calibrate-profile.ts';
export * from './calibration.ts';
export * from './choose-threshold.ts';
export * from './decide-again.ts';
export * from './pick-threshold.ts';
