import { rejectCloud } from '../reject.ts';
import { readRows } from './read-rows.ts';

/** `readRows` for a file of the named format: a line without an end is the file's fault. */
export function readLines(format: string, ...args: Parameters<typeof readRows>): ReturnType<typeof readRows> {
  try {
    return readRows(...args);
  } catch (error) {
    if (error instanceof RangeError) throw rejectCloud(format, 'a line of it has no end');
    throw error;
  }
}
