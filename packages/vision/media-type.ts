import { modalities } from './modalities.ts';
import { RejectedError } from './rejected-error.ts';
import type { MediaType, Modality } from './types.ts';

/** Declarations that say nothing about the content. */
const UNDECLARED = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/unknown']);

/** The media type of content beginning with `head` (its first 64 bytes, or more), or `undefined` if unknown. */
export function detectMediaType(head: Uint8Array): MediaType | undefined {
  return findModality(head)?.mediaType;
}

/** The modality that recognises `head`, and the media type it found. */
export function findModality(
  head: Uint8Array,
  declared?: string,
): { readonly modality: Modality; readonly mediaType: MediaType } | undefined {
  for (const modality of modalities) {
    const mediaType = modality.detect(head, declared);
    if (mediaType !== undefined) return { modality, mediaType };
  }
  return undefined;
}

/**
 * Compares what a sender declared (a `Content-Type`, parameters allowed) with what the content is.
 * No declaration, and `application/octet-stream`, agree with everything.
 * @throws RejectedError TYPE_MISMATCH
 */
export function assertDeclaredType(declared: string | undefined, detected: MediaType): void {
  const name = (declared?.split(';')[0] ?? '').trim().toLowerCase();
  if (UNDECLARED.has(name) || name === detected) return;
  if (modalities.some(({ declaredAs }) => declaredAs[detected]?.includes(name))) return;
  throw new RejectedError(
    'TYPE_MISMATCH',
    `The file was declared as ${name.slice(0, 100)} but its content is ${detected}. Declare ${detected}, or send the file that was meant.`,
    { declared: name.slice(0, 100), detected },
  );
}
