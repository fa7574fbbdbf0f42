import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../test/fixtures/timeseries/', import.meta.url);

export function readFixture(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}
