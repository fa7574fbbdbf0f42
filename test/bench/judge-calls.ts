/**
 * What judging costs beside the model: the service's own time for an inspection, and for each way to ask the tokens
 * (by the estimate of `Query.promptPreview`, for gpt-4o) and the bytes of pictures that one verdict sends.
 *
 *     npm run bench -- --only judge.calls
 *
 * `judge.own_12mp_4_references.ms` is all of judging five views of 12 megapixels with their detail ORIGINAL, so that none
 * is decoded: the plan, the prompt, reading and deciding. The others are a photograph of a board with one reference, both
 * 1404 × 1070.
 */
import { readFileSync } from 'node:fs';
import {
  describeModel,
  estimateTokens,
  type JudgeProfile,
  judge,
  MasksError,
  type ModelQuestion,
  type PictureTools,
  type VisionModel,
} from '../../packages/judge/index.ts';
import type { View } from '../../packages/vision/index.ts';
import {
  cropPairs,
  markPicture,
  placeBeside,
  rankReferences,
  resizePicture,
} from '../../packages/vision/pictures/index.ts';
import { detectAnomalies, renderOverlay } from '../../packages/vision/reference/index.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const PROFILE: JudgeProfile = {
  className: 'printed circuit board',
  rules: ['Four mounting holes.', 'Every part is soldered.', 'No scratches.'],
  defects: [],
  preset: 'FULL',
};

const WAYS: Readonly<Record<string, Partial<JudgeProfile>>> = {
  naive: { preset: 'NAIVE' },
  class: { preset: 'CLASS' },
  rules: { preset: 'RULES' },
  reference: { preset: 'REFERENCE' },
  class_reference: { preset: 'CLASS_REFERENCE' },
  full: {},
  logical: { preset: 'LOGICAL' },
  marks: { preset: 'MARKS' },
  full_low: { detail: 'LOW' },
  full_side_by_side: { layout: 'SIDE_BY_SIDE' },
  full_refute: { framing: 'REFUTE' },
  full_checklist: { framing: 'CHECKLIST' },
  full_blend: { framing: 'BLEND' },
  full_evidence: { evidence: 'OVERLAY' },
  full_second_look: { secondLook: true, uncertainBand: 0.5 },
};

const ANSWER = JSON.stringify({
  reasoning: 'The second image has a burn.',
  correctness: 0,
  anomaly_score: 0.6,
});

const tools: PictureTools = {
  resize: resizePicture,
  placeBeside,
  mark: async (view, source, options) => {
    const { marks, ...picture } = await markPicture(view, source, options);
    return { picture, marks };
  },
  segment: () => Promise.reject(new MasksError('none is connected')),
  rank: (query, references) =>
    rankReferences(
      query.bytes,
      references.map(({ bytes }) => bytes),
    ),
  detect: async (query, references, signal) => {
    const found = await detectAnomalies(
      query.bytes,
      references.map(({ bytes }) => bytes),
      { signal },
    );
    const { width, height, data } = found.map;
    return { ...found, map: { width, height, values: data } };
  },
  drawMap: async (picture, { map, regions }) => {
    const { widthPx, heightPx } = picture;
    const plane = {
      width: map?.width ?? 1,
      height: map?.height ?? 1,
      data: map?.values ?? new Float32Array(1),
    };
    const bytes = await renderOverlay(picture.bytes, { map: plane, widthPx, heightPx, regions });
    return { mediaType: 'image/jpeg', bytes, widthPx, heightPx };
  },
  cropPairs,
};

await runBench(7, async (runs) => {
  const query = openBoard('abnormal');
  const reference = openBoard('normal');
  const figures: Record<string, number> = {};
  for (const [name, settings] of Object.entries(WAYS)) {
    const asked: ModelQuestion[] = [];
    await run({ ...PROFILE, ...settings }, [query], [[reference]], asked);
    const { traits } = makeModel([]);
    const images = asked.flatMap((question) => question.images);
    figures[`judge.${name}.calls`] = asked.length;
    figures[`judge.${name}.tokens`] = asked.reduce(
      (sum, question) => sum + estimateTokens(traits, question).inputTokens,
      0,
    );
    figures[`judge.${name}.image_kb`] = images.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1000;
  }
  const large: View = { ...query, bytes: new Uint8Array(4e6), widthPx: 4000, heightPx: 3000 };
  const profile: JudgeProfile = { ...PROFILE, detail: 'ORIGINAL' };
  const { own } = await takeTurns(
    { own: () => run(profile, [large], [[large], [large], [large], [large]], []) },
    runs,
  );
  return { figures: { 'judge.own_12mp_4_references.ms': own, ...figures } };
});

function openBoard(name: string): View {
  const bytes = readFileSync(new URL(`../fixtures/images/pcb/${name}.JPG`, import.meta.url));
  const size = { widthPx: 1404, heightPx: 1070 };
  return { mediaType: 'image/jpeg', bytes, ...size, geometry: { kind: 'IMAGE', source: size } };
}

function makeModel(asked: ModelQuestion[]): VisionModel {
  const entry = describeModel('gpt-4o');
  if (entry === undefined) throw new Error('gpt-4o is not in the catalogue.');
  return {
    ...entry,
    ask: async (question) => {
      asked.push(question);
      return { text: ANSWER, finish: 'complete', usage: { inputTokens: 1, outputTokens: 1 }, latencyMs: 0 };
    },
  };
}

function run(profile: JudgeProfile, query: View[], references: View[][], asked: ModelQuestion[]) {
  const signal = new AbortController().signal;
  const model = makeModel(asked);
  return judge({ profile, query, references, model, pictures: tools, signal, clock: () => 0 });
}
