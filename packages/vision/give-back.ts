/**
 * Frees the memory of an array now, not when the collector comes: the array is empty afterwards. One that is a part of a larger
 * buffer is left alone, for others may lie in it.
 */
export function giveBack({ buffer, byteLength }: Uint8Array | Float32Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
