import {
  checkNumber,
  checkOptionalText,
  checkText,
  checkTexts,
  DomainError,
  type TenantScope,
} from '../platform/index.ts';
import { checkViewSettings, sampleKind, type ViewSettingsInput } from '../sample/index.ts';
import { checkFileLimits, type PlanName } from '../usage/index.ts';
import { type CallSettings, type CallSettingsPatch, checkCallSettings, listModels } from './call-settings.ts';
import type { Definition } from './entity.ts';
import { checkPromptSettings, hasChecks, type PromptSettingsPatch } from './prompt-settings.ts';

/** Groups of settings, which have defaults of their own. */
type SettingsField = 'calls' | 'fileLimits' | 'prompt' | 'viewSettings';
/** What a caller cannot say. */
type OwnField = SettingsField | 'thresholdSource';

/** What a caller may say of a definition; absent means unchanged, null clears. */
export type DefinitionPatch = {
  readonly [K in Exclude<keyof Definition, OwnField>]?: Definition[K] | null | undefined;
} & {
  readonly calls?: CallSettingsPatch | null | undefined;
  readonly fileLimits?: Parameters<typeof checkFileLimits>[0];
  readonly prompt?: PromptSettingsPatch | null | undefined;
  readonly viewSettings?: ViewSettingsInput | null | undefined;
};

/** Says whether a model can be used here. */
export type ModelCheck = (model: string) => {
  readonly available: boolean;
  readonly reason?: string;
  /** Whether its provider takes it in batches. */
  readonly batches: boolean;
  /** Absent when it is not known. */
  readonly price?: object;
};

const LIMITS = {
  className: 100,
  normality: 2000,
  rules: { items: 20, length: 300 },
  knownDefects: { items: 20, length: 200 },
  references: 8,
  model: 200,
} as const;

/**
 * `base` with the fields of `patch` laid over it; null takes the field's value in `blank`.
 * @throws DomainError INVALID
 */
export function mergeDefinition(
  base: Definition,
  blank: Definition,
  patch: DefinitionPatch,
  plan: PlanName | undefined,
  path: readonly string[],
): Definition {
  const pick = <K extends Exclude<keyof Definition, OwnField>>(field: K): Definition[K] => {
    const value = patch[field];
    if (value === null) return blank[field];
    return value === undefined ? base[field] : (value as Definition[K]);
  };
  const at = (field: string) => [...path, field];
  const threshold = pick('threshold');
  const calls = patch.calls === undefined ? base.calls : checkCallSettings(patch.calls, at('calls'));
  const prompt = patch.prompt === undefined ? base.prompt : checkPromptSettings(patch.prompt, at('prompt'));
  const viewSettings =
    patch.viewSettings === undefined
      ? base.viewSettings
      : checkViewSettings(patch.viewSettings, at('viewSettings'));
  const rules = checkTexts(pick('rules'), at('rules'), LIMITS.rules);
  if (prompt?.framing === 'CHECKLIST' && !hasChecks(prompt, rules)) {
    const message = 'The framing CHECKLIST needs at least one rule, count or attribute.';
    throw new DomainError('INVALID', message, [...at('prompt'), 'framing']);
  }
  if (pick('preset') === 'LOGICAL' && rules.length === 0) {
    throw new DomainError('INVALID', 'The preset LOGICAL needs at least one rule.', at('rules'));
  }
  return {
    className: checkText(pick('className'), at('className'), 1, LIMITS.className),
    normality: checkOptionalText(pick('normality'), at('normality'), LIMITS.normality),
    rules,
    knownDefects: checkTexts(pick('knownDefects'), at('knownDefects'), LIMITS.knownDefects),
    referenceIds: checkReferenceCount(pick('referenceIds'), at('referenceIds')),
    preset: pick('preset'),
    ...(prompt && { prompt }),
    ...(calls && { calls }),
    model: checkText(pick('model'), at('model'), 1, LIMITS.model),
    threshold: threshold === undefined ? undefined : checkNumber(threshold, at('threshold'), 0, 1),
    // A threshold that a caller gives is nobody else's choice.
    thresholdSource: patch.threshold === undefined ? base.thresholdSource : undefined,
    uncertainBand: checkNumber(pick('uncertainBand'), at('uncertainBand'), 0, 0.5),
    longSidePx: checkNumber(pick('longSidePx'), at('longSidePx'), 256, 4096),
    viewSettings,
    fileLimits:
      patch.fileLimits === undefined
        ? base.fileLimits
        : checkFileLimits(patch.fileLimits, plan, at('fileLimits')),
  };
}

/** Checks what a definition points to: references that are READY, a model that is there. @throws DomainError */
export async function checkPointers(
  scope: TenantScope,
  definition: Definition,
  checkModel: ModelCheck,
  path: readonly string[],
): Promise<void> {
  const named = [
    { model: definition.model, path: [...path, 'model'] },
    ...listModels(definition.calls, [...path, 'calls']),
  ];
  for (const { model, path: at } of named) {
    const found = checkModel(model);
    if (!found.available) {
      throw new DomainError('MODEL_UNAVAILABLE', found.reason ?? 'The model is not available.', at);
    }
  }
  checkPrices(
    definition.calls,
    named.map(({ model }) => model),
    checkModel,
    [...path, 'calls'],
  );
  await checkReferences(scope, definition.referenceIds, path);
}

/** @throws DomainError INVALID for a limit of money on calls whose price is not known */
function checkPrices(
  calls: CallSettings | undefined,
  models: readonly string[],
  checkModel: ModelCheck,
  path: readonly string[],
): void {
  const limit = (['dailySpendMicroUsd', 'monthlySpendMicroUsd'] as const).find(
    (field) => calls?.[field] !== undefined,
  );
  const unpriced = models.find((model) => checkModel(model).price === undefined);
  if (limit === undefined || unpriced === undefined) return;
  const message = `What the model "${unpriced}" costs is not known here, so the limit can not be kept. Have the operator state its price, choose a model with a price, or leave the limit out.`;
  throw new DomainError('INVALID', message, [...path, limit]);
}

/** @throws DomainError for a reference that is missing, archived or not READY */
export async function checkReferences(
  scope: TenantScope,
  ids: readonly string[],
  path: readonly string[],
): Promise<void> {
  const samples = await scope.table.getMany(sampleKind, ids);
  for (const [position, sample] of samples.entries()) {
    const at = [...path, 'referenceIds', String(position)];
    if (!sample) throw new DomainError('NOT_FOUND', 'There is no such sample.', at);
    if (sample.archivedAt !== undefined) throw new DomainError('ARCHIVED', 'The sample is archived.', at);
    if (sample.state !== 'READY') {
      throw new DomainError(
        'SAMPLE_NOT_READY',
        `The sample is ${sample.state}. Upload its file and wait until it is READY.`,
        at,
      );
    }
  }
}

export function isSameDefinition(left: Definition, right: Definition): boolean {
  const fields = Object.keys(right) as (keyof Definition)[];
  return fields.every((field) => JSON.stringify(left[field]) === JSON.stringify(right[field]));
}

function checkReferenceCount(ids: readonly string[], path: readonly string[]): readonly string[] {
  if (ids.length > LIMITS.references) {
    throw new DomainError('INVALID', `A profile has at most ${LIMITS.references} references.`, path);
  }
  if (new Set(ids).size !== ids.length) throw new DomainError('INVALID', 'A reference is named twice.', path);
  return ids;
}
