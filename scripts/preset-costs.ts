/** The command `npm run -s preset-costs`. */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import {
  describeModel,
  type JudgeProfile,
  PROMPT_PRESETS,
  type PromptPreset,
  previewCalls,
  priceCall,
} from '../packages/judge/index.ts';
import { readOptions } from './read-options.ts';

const HELP = `Usage: npm run -s preset-costs [-- --model ID …]

Prints what a verdict takes of tokens and money for every preset and way to ask, as a Markdown table: what
Query.promptPreview says, in the mean of one pair of each of the bundled kinds (test/fixtures/images), a picture and its
normal reference as the conversion makes them, three rules, a class name. Nothing is sent. – stands where no
price is known.

  --model ID   may be given again; default gpt-4.1, gpt-5.4, gemini-3.8-flash
  --help       shows this
`;

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

const { model: ids } = readOptions(HELP, {
  model: { type: 'string', multiple: true, default: ['gpt-4.1', 'gpt-5.4', 'gemini-3.8-flash'] },
});
const models = ids.flatMap((id) => describeModel(id) ?? []);
if (models.length < ids.length) {
  const unknown = ids.find((id) => describeModel(id) === undefined);
  process.stderr.write(`No provider has models such as "${unknown}". See --help.\n`);
  process.exit(2);
}
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
      renderUsd(1000 * mean('readUsd')),
      renderUsd(1000 * mean('mostUsd')),
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

function renderUsd(usd: number): string {
  return Number.isNaN(usd) ? '–' : usd.toFixed(2);
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
