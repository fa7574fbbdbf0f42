import type { BatchAnswer } from './batch-service.ts';

/** The answers in a file of JSON lines; what is no JSON is left out, as if it had not been answered. */
export function readLines(text: string, read: (line: unknown) => BatchAnswer | undefined): BatchAnswer[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    return read(parse(line)) ?? [];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
