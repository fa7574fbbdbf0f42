import { readFileSync } from 'node:fs';

/** The bytes of a file of test/fixtures/volumes; only tests use it. */
export function readVolume(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../../test/fixtures/volumes/${name}`, import.meta.url)));
}
