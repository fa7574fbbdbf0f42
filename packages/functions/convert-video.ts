import { DEFAULT_LIMITS } from '@loupe/vision';
import { createConversionHandler, limitProcess } from './convert-sample.ts';

const MEGABYTE = 2 ** 20;

/**
 * Files that need the decoder of video, which runs in a process beside the conversion's: its memory is set aside for it, and
 * it may take all the time that the conversion has.
 */
export const handler = createConversionHandler('convert-video', (context) => {
  const process = limitProcess(context, DEFAULT_LIMITS.maxDecoderBytes / MEGABYTE);
  return { process, decodeSeconds: Math.max(1, Math.floor(process.timeoutMs / 1000)) };
});
