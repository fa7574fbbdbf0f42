/**
 * Prints what a verdict takes of tokens and money for every preset and way to ask, as a Markdown table.
 *
 *     npm run -s preset-costs -- [--model ID]…
 *
 * It is what `Query.promptPreview` says, in the mean of one pair of each of the bundled kinds (test/fixtures/images): a
 * picture and its normal reference as the conversion makes them, three rules, a class name. Nothing is sent.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  describeModel,
  type JudgeProfile,
  PROMPT_PRESETS,
  type PromptPreset,
  previewCalls,
  priceCall,
} from '../packages/judge/index.ts';

const IMAGES = fileURLToPath(new URL('../test/fixtures/images/', import.meta.url));
/** A class name, a picture of it, and one that is normal. */
const PAIRS = [
  ['printed circuit board', 'pcb/abnormal.JPG', 'pcb/normal.JPG'],
  ['candle', 'candle/abnormal.JPG', 'candle/normal.JPG'],
  ['cookie', 'cookie/anomaly/anomaly-1.jpg', 'cookie/normal/normal-1.jpg'],
  ['circuit', 'deeppcb/00041000_test.jpg', 'deeppcb/00041000_temp.jpg'],
] as const;
/** Longest side of a view where a profile says nothing. */
const VIEW_PX = 2048;

const RULES = ['Every part is there.', 'Every part is whole.', 'Nothing is there that does not belong.'];
const WAYS: readonly (readonly [name: string, settings: Partial<JudgeProfile>, exemplars?: number])[] = [
  ...PROMPT_PRESETS.map((preset: PromptPreset) => [preset, { preset }] as const),
  ['FULL, detail LOW', { detail: 'LOW' }],
  ['FULL, SIDE_BY_SIDE', { layout: 'SIDE_BY_SIDE' }],
  ['FULL, REFUTE', { framing: 'REFUTE' }],
  ['FULL, CHECKLIST', { framing: 'CHECKLIST' }],
  ['FULL, BLEND', { framing: 'BLEND' }],
  ['FULL, evidence OVERLAY', { evidence: 'OVERLAY' }],
  ['FULL, 2 examples from reviews', {}, 2],
];

const { values } = parseArgs({
  options: { model: { type: 'string', multiple: true, default: ['gpt-4.1', 'gpt-5.4', 'gemini-3.8-flash'] } },
});
const models = values.model.map((id) => {
  const entry = describeModel(id);
  if (entry === undefined) throw new Error(`No provider has models such as "${id}".`);
  return entry;
});
const pairs = await Promise.all(
  PAIRS.map(async ([className, query, reference]) => {
    return { className, query: await measureView(query), reference: await measureView(reference) };
  }),
);

const head = models.map(({ id }) => `${id}: tokens read | USD for 1,000, read | at most`);
print(['way to ask', 'calls', ...head]);
print(Array.from({ length: 2 + 3 * models.length }, () => '---'));
for (const [name, settings, exemplars = 0] of WAYS) {
  const asked = models.map((model) => pairs.map((pair) => estimate(model, pair, settings, exemplars)));
  const cells = asked.flatMap((verdicts) => {
    const mean = (field: 'tokens' | 'readUsd' | 'mostUsd') =>
      verdicts.reduce((sum, verdict) => sum + verdict[field], 0) / verdicts.length;
    return [
      Math.round(mean('tokens')).toLocaleString('en'),
      (1000 * mean('readUsd')).toFixed(2),
      (1000 * mean('mostUsd')).toFixed(2),
    ];
  });
  print([name, String(asked[0]?.[0]?.calls ?? 0), ...cells]);
}

/** Tokens and cost of one verdict; NaN where the model's price is not known. */
function estimate(
  model: (typeof models)[number],
  { className, query, reference }: (typeof pairs)[number],
  settings: Partial<JudgeProfile>,
  exemplars: number,
) {
  const now = Date.now();
  const { calls } = previewCalls({
    profile: { className, rules: RULES, defects: [], preset: 'FULL', ...settings },
    model,
    query: [query],
    references: [[reference]],
    exemplars: Array.from({ length: exemplars }, () => {
      return {
        ...query,
        decision: 'NORMAL' as const,
        truth: 'ANOMALOUS' as const,
        note: 'A part is missing at the left.',
      };
    }),
    now,
  });
  const sum = (figure: (call: (typeof calls)[number]) => number) =>
    calls.reduce((total, call) => total + figure(call), 0);
  const price = (inputTokens: number, outputTokens: number) =>
    (priceCall(model.traits.prices, { inputTokens, outputTokens }, now) ?? Number.NaN) / 1e6;
  return {
    calls: calls.length,
    tokens: sum(({ inputTokens }) => inputTokens),
    readUsd: sum(({ inputTokens }) => price(inputTokens, 0)),
    mostUsd: sum(({ inputTokens, outputTokens }) => price(inputTokens, outputTokens)),
  };
}

async function measureView(name: string) {
  const { width, height } = await sharp(`${IMAGES}${name}`).metadata();
  const scale = Math.min(1, VIEW_PX / Math.max(width, height));
  const size = { widthPx: Math.round(width * scale), heightPx: Math.round(height * scale) };
  return { ...size, geometry: { kind: 'IMAGE', source: { widthPx: width, heightPx: height } } as const };
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
