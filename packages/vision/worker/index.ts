export type { ProcessLimits } from './child.ts';
export { type Converter, type ConverterOptions, createConverter } from './converter.ts';
