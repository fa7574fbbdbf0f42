import type { ModelImage } from './vision-model.ts';

export function writeBase64({ bytes }: ModelImage): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function writeDataUrl(image: ModelImage): string {
  return `data:${image.mediaType};base64,${writeBase64(image)}`;
}
