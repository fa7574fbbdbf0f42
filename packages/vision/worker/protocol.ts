import type { RejectionDetails } from '../rejected-error.ts';
import type { RejectionCode } from '../rejections.ts';
import type { Conversion, ConvertOptions } from '../types.ts';

/** A file's content, or where it lies: what is large is better not sent through a pipe. */
export type ConversionSource = Uint8Array | { readonly path: string };

/** What is sent to a conversion process, one at a time. */
export interface ConversionRequest {
  readonly source: ConversionSource;
  readonly options: ConvertOptions;
}

/** What a conversion process sends: `READY` once, then an answer to each request. */
export type ConversionAnswer =
  | { readonly kind: 'READY' }
  | { readonly kind: 'CONVERTED'; readonly conversion: Conversion }
  | {
      readonly kind: 'REJECTED';
      readonly code: RejectionCode;
      readonly message: string;
      readonly details: RejectionDetails;
    }
  /** A fault of the code: nothing that a file may cause. */
  | { readonly kind: 'FAILED'; readonly message: string; readonly stack: string | undefined };
