/** Stands in for the decoder's process, and does what its last argument says. */
import { readFileSync, writeSync } from 'node:fs';

const behaviour = process.execArgv.find((option) => option.startsWith('--title='))?.slice('--title='.length);

function writeAnswer(json: string, payload = new Uint8Array()): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(json.length, 0);
  header.writeUInt32LE(payload.length, 4);
  writeSync(1, Buffer.concat([header, Buffer.from(json), payload]));
}

if (behaviour === 'environment') {
  const message = readFileSync('/proc/self/environ', 'latin1');
  writeAnswer(JSON.stringify({ kind: 'rejected', code: 'CORRUPT_VIDEO', message, details: {} }));
}
if (behaviour === 'abort') process.abort();
if (behaviour === 'segfault') process.kill(process.pid, 'SIGSEGV');
if (behaviour === 'hang') for (;;);
if (behaviour === 'fill') {
  const held: Buffer[] = [];
  for (;;) held.push(Buffer.alloc(64 * 1024 * 1024, 1));
}
if (behaviour === 'huge') writeSync(1, Buffer.alloc(8, 0xff));
if (behaviour === 'nonsense') writeAnswer('{"kind":"surprise"}');
if (behaviour === 'no-code')
  writeAnswer('{"kind":"rejected","code":"NO_SUCH_CODE","message":"","details":{}}');
if (behaviour === 'no-index') {
  writeAnswer(
    '{"kind":"opened","frames":3,"endMs":9,"codec":"x","widthPx":8,"heightPx":8,"pixelAspect":1,"notes":[]}',
  );
  setTimeout(() => undefined, 60_000);
}
