export type { ProcessLimits } from './child.ts';
export { type Converter, type ConverterOptions, createConverter } from './converter.ts';
export type { ConversionSource } from './protocol.ts';
