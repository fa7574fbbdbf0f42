const HEADER_BYTES = 54;

/** A 24-bit BMP of square pictures: large, quick to decode, and no two stretches of it alike. */
export function makeBitmap(sidePx: number): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((sidePx * 3) / 4) * 4;
  const file = Buffer.alloc(HEADER_BYTES + rowBytes * sidePx);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(HEADER_BYTES, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(sidePx, 18);
  file.writeInt32LE(sidePx, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file.writeUInt32LE(rowBytes * sidePx, 34);
  for (let row = 0; row < sidePx; row += 1) {
    const start = HEADER_BYTES + row * rowBytes;
    file.fill(row & 255, start, start + sidePx * 3);
    file.writeUInt32LE(row, start);
  }
  return new Uint8Array(file);
}
