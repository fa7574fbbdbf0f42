import { parseArgs } from 'node:util';
import { endSentence, PromptError } from './customer-text.ts';
import { type JudgeProfile, PROMPT_PRESETS, type PromptPreset } from './profile.ts';
import { PRESET_PARTS, writePrompt } from './write-prompt.ts';

/** What a command leaves behind. */
export interface CommandResult {
  readonly exitCode: 0 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

const MODALITIES = {
  image: 'IMAGE',
  'point-cloud': 'POINT_CLOUD',
  'time-series': 'TIME_SERIES',
  video: 'VIDEO',
  volume: 'VOLUME',
} as const;

const MOST_REFERENCES = 100;

const HELP = `Prints the text that a preset asks a model with. Nothing is sent.

  npm run -s prompt -- --preset FULL --class bottle --modality image

  --preset NAME        ${PROMPT_PRESETS.slice(0, 6).join(', ')},
                       ${PROMPT_PRESETS.slice(6).join(', ')}; default FULL
  --class NAME         name of the object's class; without it the prompt names none
  --modality KIND      ${Object.keys(MODALITIES).join(', ')}; default image
  --normality TEXT     what a normal object looks like; default the template of arXiv 2403.11083
  --defect TEXT        a known defect; may be given again
  --rule TEXT          a rule that a normal object obeys; may be given again
  --references N       how many normal pictures come first; default 1 with REFERENCE, CLASS_REFERENCE
                       and FULL, else 0
  --marks              the inspected picture comes once more with marks drawn on it
  --format             the form of the answer too, as the model gets it
  --help               this text
`;

const OPTIONS = {
  preset: { type: 'string', default: 'FULL' },
  class: { type: 'string' },
  modality: { type: 'string', default: 'image' },
  normality: { type: 'string' },
  defect: { type: 'string', multiple: true },
  rule: { type: 'string', multiple: true },
  references: { type: 'string' },
  marks: { type: 'boolean', default: false },
  format: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `npm run prompt`: the text of a preset on standard output; exit code 2 and a sentence for what cannot be written. */
export function runPromptCommand(args: readonly string[]): CommandResult {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: OPTIONS,
      strict: true,
      allowPositionals: false,
    });
    if (values.help) return { exitCode: 0, stdout: HELP, stderr: '' };
    const preset = readPreset(values.preset);
    const profile: JudgeProfile = {
      ...(values.class === undefined ? {} : { className: values.class }),
      ...(values.normality === undefined ? {} : { normality: values.normality }),
      rules: values.rule ?? [],
      defects: values.defect ?? [],
      preset,
      modality: readModality(values.modality),
    };
    const prompt = writePrompt(profile, {
      references: readReferences(values.references, preset),
      queries: 1,
      ...(values.marks ? { marked: true } : {}),
    });
    const text = values.format ? prompt.text : prompt.instruction;
    return { exitCode: 0, stdout: `${text}\n`, stderr: describeUnused(values, preset) };
  } catch (error) {
    if (!(error instanceof PromptError) && !isArgumentError(error)) throw error;
    return { exitCode: 2, stdout: '', stderr: `${endSentence(error.message)} See --help.\n` };
  }
}

class ArgumentError extends Error {}

function isArgumentError(error: unknown): error is Error {
  if (error instanceof ArgumentError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_PARSE_ARGS_');
}

function readPreset(text: string): PromptPreset {
  const name = text.toUpperCase().replaceAll('-', '_');
  const preset = PROMPT_PRESETS.find((candidate) => candidate === name);
  if (preset !== undefined) return preset;
  throw new ArgumentError(`There is no preset "${text}". Use one of ${PROMPT_PRESETS.join(', ')}.`);
}

function readModality(text: string): string {
  const found = Object.entries(MODALITIES).find(([name]) => name === text.toLowerCase().replaceAll('_', '-'));
  if (found !== undefined) return found[1];
  throw new ArgumentError(
    `There is no modality "${text}". Use one of ${Object.keys(MODALITIES).join(', ')}.`,
  );
}

function readReferences(text: string | undefined, preset: PromptPreset): number {
  const { references, zeroShot } = PRESET_PARTS[preset];
  if (text === undefined) return references && zeroShot !== preset ? 1 : 0;
  const count = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= MOST_REFERENCES) return count;
  throw new ArgumentError(`--references is "${text}"; it is a whole number from 0 to ${MOST_REFERENCES}.`);
}

/** What was given for parts that the preset does not have. */
function describeUnused(
  given: { readonly [K in 'class' | 'normality' | 'references']?: string | undefined } & {
    readonly [K in 'rule' | 'defect']?: readonly string[] | undefined;
  },
  preset: PromptPreset,
): string {
  const parts = PRESET_PARTS[preset];
  const unused = [
    ...(given.class !== undefined && !parts.class ? ['--class'] : []),
    ...(given.normality !== undefined && !parts.normality ? ['--normality'] : []),
    ...(given.defect !== undefined && !parts.normality ? ['--defect'] : []),
    ...(given.rule !== undefined && !parts.normality && preset !== 'LOGICAL' ? ['--rule'] : []),
    ...(Number(given.references ?? 0) > 0 && !parts.references ? ['--references'] : []),
  ];
  return unused.length === 0 ? '' : `The preset ${preset} has no part for ${unused.join(', ')}.\n`;
}
