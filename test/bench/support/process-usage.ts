import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its threads have used so far, as Linux tells it. */
export interface ProcessUsage {
  /** Processor time of its first thread and of all others, in ms. */
  readonly mainMs: number;
  readonly othersMs: number;
  /** Resident memory now, in MiB. */
  readonly residentMb: number;
}

/** Linux counts processor time in hundredths of a second and memory in pages of 4 KiB. */
const TICK_MS = 10;
const PAGES_PER_MB = 256;

/** @throws Error when there is no such process, or no /proc */
export function readProcessUsage(pid: number): ProcessUsage {
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => readStat(`/proc/${pid}/task/${id}/stat`));
  const whole = readStat(`/proc/${pid}/stat`);
  const main = readStat(`/proc/${pid}/task/${pid}/stat`);
  return {
    mainMs: main.ticks * TICK_MS,
    // Of threads that ended, only the process as a whole remembers.
    othersMs: (Math.max(whole.ticks, sum(threads.map(({ ticks }) => ticks))) - main.ticks) * TICK_MS,
    residentMb: whole.pages / PAGES_PER_MB,
  };
}

function readStat(path: string): { readonly ticks: number; readonly pages: number } {
  const text = readText(path);
  // The name stands in brackets and may hold anything; state is the field after it, number 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { ticks: Number(fields[11] ?? 0) + Number(fields[12] ?? 0), pages: Number(fields[21] ?? 0) };
}

/** A thread may have ended since it was listed. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
