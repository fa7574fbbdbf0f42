import { ModelError } from './model-error.ts';
import type {
  Clock,
  ModelImage,
  ModelQuestion,
  ModelReply,
  ModelTraits,
  VisionModel,
} from './vision-model.ts';

/** What the embedded detector finds in one picture. */
export interface Detection {
  /** Anomaly score, 0 to 1. */
  readonly score: number;
  readonly reasoning: string;
  /** In pixels of the query; strongest first. */
  readonly regions: readonly { x: number; y: number; width: number; height: number; score: number }[];
  readonly map?: { readonly width: number; readonly height: number; readonly values: Float32Array };
}

/**
 * Compares an encoded picture with encoded pictures of normal objects; without any it judges the picture by itself. `view` is the
 * query with what is known of it.
 */
export type Detect = (
  query: Uint8Array,
  references: readonly Uint8Array[],
  signal: AbortSignal,
  view?: Pick<ModelImage, 'geometry' | 'widthPx' | 'heightPx'>,
) => Promise<Detection> | Detection;

/** Score from which the detector's own yes or no says anomaly. */
const HALF = 0.5;

/**
 * The embedded detector as a model: it reads no text and answers in the same protocol, with regions. A sample of
 * several views is judged view by view, against the same view of the references; the worst view counts.
 */
export function createReferenceMatch(options: {
  readonly id: string;
  readonly detect: Detect;
  readonly traits: ModelTraits;
  readonly clock: Clock;
}): VisionModel {
  async function ask(question: ModelQuestion, signal: AbortSignal): Promise<ModelReply> {
    const start = options.clock();
    const found: { view: number; detection: Detection }[] = [];
    for (const query of question.images.filter((image) => image.role === 'query')) {
      signal.throwIfAborted();
      const references = question.images.filter(
        (image) => image.role === 'reference' && image.view === query.view,
      );
      found.push({ view: query.view, detection: await detectIn(options.detect, query, references, signal) });
    }
    const [worst] = found.toSorted((a, b) => b.detection.score - a.detection.score);
    if (worst === undefined) throw new ModelError('BAD_REQUEST', 'The question has no query picture.');
    return {
      text: writeAnswer(worst.detection),
      finish: 'complete',
      usage: { inputTokens: 0, outputTokens: 0 },
      modelVersion: options.id,
      latencyMs: options.clock() - start,
      extras: {
        regions: found
          .flatMap(({ view, detection }) => detection.regions.map((region) => ({ view, ...region })))
          .toSorted((a, b) => b.score - a.score),
        ...(worst.detection.map === undefined ? {} : { map: { view: worst.view, ...worst.detection.map } }),
      },
    };
  }
  return {
    id: options.id,
    provider: 'loupe',
    traits: options.traits,
    ask: (question, signal) => ask(question, signal).catch((error) => rethrow(error, signal)),
  };
}

async function detectIn(
  detect: Detect,
  query: ModelImage,
  references: readonly ModelImage[],
  signal: AbortSignal,
): Promise<Detection> {
  const detection = await detect(
    query.bytes,
    references.map(({ bytes }) => bytes),
    signal,
    query,
  );
  if (detection.score >= 0 && detection.score <= 1) return detection;
  throw new ModelError('BAD_RESPONSE', `The embedded detector gave the score ${detection.score}.`);
}

function writeAnswer({ score, reasoning }: Detection): string {
  return JSON.stringify({ reasoning, correctness: score < HALF ? 1 : 0, anomaly_score: score });
}

function rethrow(error: unknown, signal: AbortSignal): never {
  if (error instanceof ModelError) throw error;
  if (signal.aborted) throw new ModelError('ABORTED', 'The call was called off.', { cause: signal.reason });
  throw new ModelError('BAD_REQUEST', 'The embedded detector could not judge these pictures.', {
    cause: error,
  });
}
