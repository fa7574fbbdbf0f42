import { readFileSync } from 'node:fs';

/**
 * Memory that a process holds at this moment, in bytes; `undefined` when it is gone, or where the system does not say
 * (anything but Linux).
 */
export function readResidentBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
