import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureBandwidth } from './measure-bandwidth.ts';

/** Figures by name: `vision.…` and the like for Loupe, `peer.…` for what it is compared with, `limit.…` for the floor. */
export type Figures = Readonly<Record<string, number>>;

export interface Measured {
  readonly figures: Figures;
  /** Bytes that must at least be read or written for a figure in ms: its floor is these over the memory's bandwidth. */
  readonly bytesMoved?: Figures;
}

/**
 * A benchmark as a program: `node FILE.ts [--json FILE] [--runs N]`. Prints the figures, those with `bytesMoved` with their
 * floor and their distance to it, and writes them as one flat JSON object.
 */
export async function runBench(
  usualRuns: number,
  measure: (runs: number) => Measured | Promise<Measured>,
): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, runs: { type: 'string', default: String(usualRuns) } },
  });
  const { figures, bytesMoved = {} } = await measure(Number(values.runs));
  const bandwidth = Object.keys(bytesMoved).length > 0 ? measureBandwidth() : 0;
  const written: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    written[name] = value;
    const bytes = bytesMoved[name];
    const floor = bytes === undefined ? undefined : bytes / 1e6 / bandwidth;
    if (floor !== undefined) written[`limit.${name}`] = floor;
    const distance =
      floor === undefined ? '' : `   floor ${floor.toFixed(2)} ms, ${(value / floor).toFixed(1)} times that`;
    process.stdout.write(`${name.padEnd(44)} ${value.toFixed(value < 100 ? 2 : 0).padStart(9)}${distance}\n`);
  }
  if (bandwidth > 0) written['limit.memory_gb_per_s'] = bandwidth;
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(written, null, 2)}\n`);
}
