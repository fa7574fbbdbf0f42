import type { Reading } from '@loupe/core/inspection';
import type { ProfileVersion } from '@loupe/core/profile';
import type { Correction } from '@loupe/core/review';
import type { Sample } from '@loupe/core/sample';

/** A picture of a question before it is made. */
export interface PromptImageParent {
  readonly kind: 'REFERENCE' | 'QUERY' | 'PAIR' | 'MARKS' | 'EVIDENCE' | 'EXEMPLAR';
  /** The reference it shows. */
  readonly reference?: Sample | undefined;
  /** Of the inspection it shows as an example. */
  readonly inspectionId?: string | undefined;
  readonly view: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One question before it is asked. */
export interface PromptCallPreview {
  readonly purpose: 'DIRECT' | 'REFUTE' | 'CHECKLIST' | 'SECOND_LOOK';
  readonly content: readonly { readonly text?: string; readonly image?: PromptImageParent }[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number | null;
}

export interface PromptPreview {
  readonly calls: readonly PromptCallPreview[];
  readonly notes: readonly string[];
}

/** How models are asked; the functions know it, the API only shows it. */
export interface PromptDirectory {
  /**
   * What judging the sample by the profile version would send.
   * @throws DomainError for what cannot be sent
   */
  readonly preview: (
    version: ProfileVersion,
    sample: Sample,
    references: readonly Sample[],
    readings: readonly Reading[],
    corrections: readonly Correction[],
  ) => PromptPreview;
}
