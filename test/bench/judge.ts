/**
 * Loupe's own time per inspection, without the model, and what a verdict sends: prompt, pictures in base64 and the body
 * of the request, the answer's reading and the decision, with 4 references and a query of 12 megapixels that are sent as
 * they are (decoding and resizing are `vision.image`). Tokens and bytes per verdict for each strategy at the view size
 * of a profile's default, by the estimate that comes before a call.
 *
 *     npm run bench -- --only judge
 */
import sharp from 'sharp';
import {
  describeModel,
  estimateTokens,
  type JudgeProfile,
  judge,
  type VisionModel,
} from '../../packages/judge/index.ts';
import { writeMessages } from '../../packages/judge/models/openai-chat.ts';
import type { View } from '../../packages/vision/index.ts';
import { startProcessorTime } from '../support/processor-time.ts';
import { encodePhotograph, makePhotograph } from './support/make-photograph.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const REFERENCES = 4;
const LONG_SIDE = 2048;
const ANSWER = '{"reasoning": "The lower left corner is chipped.", "correctness": 0, "anomaly_score": 0.92}';
const PROFILE: JudgeProfile = {
  className: 'circuit board',
  normality: 'Every trace is whole, every pad is covered, no hole is filled.',
  rules: ['There are 24 pads.', 'No two traces touch.'],
  defects: ['open circuit', 'short', 'mouse bite', 'spur'],
  preset: 'FULL',
};
const STRATEGIES: Readonly<Record<string, Partial<JudgeProfile>>> = {
  naive: { preset: 'NAIVE' },
  class: { preset: 'CLASS' },
  rules: { preset: 'RULES' },
  reference: { preset: 'REFERENCE' },
  full: { preset: 'FULL' },
  logical: { preset: 'LOGICAL' },
  refute: { preset: 'FULL', framing: 'REFUTE' },
  checklist: { preset: 'FULL', framing: 'CHECKLIST' },
  blend: { preset: 'FULL', framing: 'BLEND' },
};

await runBench(15, async (runs) => {
  const { jpeg } = await encodePhotograph(await makePhotograph());
  const large = makeView(jpeg, 4000, 3000);
  const small = makeView(
    await sharp(jpeg).resize(LONG_SIDE).jpeg({ quality: 90 }).toBuffer(),
    LONG_SIDE,
    (LONG_SIDE * 3) / 4,
  );
  const own = await takeTurns({ inspection: () => run(PROFILE, large, REFERENCES) }, runs);
  const processorMs = await measureProcessor(() => run(PROFILE, large, REFERENCES), runs);
  const used = [];
  for (const [name, changes] of Object.entries(STRATEGIES)) {
    const { tokens, bytes } = await run({ ...PROFILE, ...changes }, small, 1);
    used.push([`judge.tokens_${name}.count`, tokens], [`judge.bytes_${name}.bytes`, bytes]);
  }
  return {
    figures: {
      'judge.own_time_4_references_12mp.ms': own.inspection,
      'judge.own_processor_time_4_references_12mp.ms': processorMs,
      ...Object.fromEntries(used),
    },
  };
});

/** Mean processor time of all threads, in ms: it holds on a machine that is busy otherwise. */
async function measureProcessor(work: () => Promise<unknown>, runs: number): Promise<number> {
  const spent = startProcessorTime();
  for (let i = 0; i < runs; i += 1) await work();
  return spent() / runs;
}

function makeView(bytes: Uint8Array, widthPx: number, heightPx: number): View {
  const geometry = { kind: 'IMAGE', source: { widthPx, heightPx } } as const;
  return { mediaType: 'image/jpeg', bytes, widthPx, heightPx, geometry };
}

/** Judges with a model that answers at once; what it would have sent is written in full. */
async function run(profile: JudgeProfile, view: View, references: number) {
  const entry = describeModel('gpt-5.4');
  if (entry === undefined) throw new Error('gpt-5.4 is not in the catalogue.');
  const sent = { tokens: 0, bytes: 0 };
  const model: VisionModel = {
    ...entry,
    ask: async (question) => {
      sent.bytes += JSON.stringify({ model: entry.id, messages: writeMessages(question) }).length;
      sent.tokens += estimateTokens(entry.traits, question).inputTokens;
      const usage = { inputTokens: 0, outputTokens: 0 };
      return { text: ANSWER, finish: 'complete', usage, latencyMs: 0 };
    },
  };
  await judge({
    profile,
    query: [view],
    references: Array.from({ length: references }, () => [view]),
    model,
    signal: new AbortController().signal,
    clock: Date.now,
  });
  return sent;
}
