import type { ModelImage } from './vision-model.ts';

/** Of references, which many questions have in common; kept for as long as their bytes are. */
const written = new WeakMap<Uint8Array, string>();

export function writeBase64({ role, bytes }: Pick<ModelImage, 'role' | 'bytes'>): string {
  const known = written.get(bytes);
  if (known !== undefined) return known;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  if (role === 'reference') written.set(bytes, text);
  return text;
}

export function writeDataUrl(image: ModelImage): string {
  return `data:${image.mediaType};base64,${writeBase64(image)}`;
}
