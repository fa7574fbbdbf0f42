import { createConversionHandler, limitProcess } from './convert-sample.ts';

/** Every file that needs no decoder of video. */
export const handler = createConversionHandler('convert', (context) => ({ process: limitProcess(context) }));
