import { findPackageJSON } from 'node:module';

/** Whether the optional decoder of video containers is there, without loading it. */
export function isDecoderInstalled(): boolean {
  try {
    return findPackageJSON('node-av', import.meta.url) !== undefined;
  } catch {
    return false;
  }
}
