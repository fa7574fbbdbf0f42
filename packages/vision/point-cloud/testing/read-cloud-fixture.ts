import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../test/fixtures/pointclouds/', import.meta.url);

/** The bytes of a real file of points; only tests use it. */
export function readCloudFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}
