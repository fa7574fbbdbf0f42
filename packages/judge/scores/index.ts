export {
  type CalibrationCurve,
  type CalibrationMethod,
  crossCalibrate,
  fitCurve,
  readCurve,
} from './calibrate.ts';
export { DEFAULT_THRESHOLD, type Decision, decide } from './decide.ts';
export { type CascadeBand, decideCheaply } from './decide-cheaply.ts';
