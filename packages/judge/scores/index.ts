export {
  type CalibrationCurve,
  type CalibrationMethod,
  crossCalibrate,
  fitCurve,
  readCurve,
} from './calibrate.ts';
export { type Decision, decide } from './decide.ts';
