import { DomainError } from '../platform/index.ts';
import {
  type CallSettings,
  type CallSettingsPatch,
  checkCallSettings,
  checkPromptSettings,
  DEFAULT_CALL_SETTINGS,
  DEFAULT_PROMPT_SETTINGS,
  type Definition,
  type Framing,
  hasChecks,
  type PromptSettings,
  type PromptSettingsPatch,
} from '../profile/index.ts';

/** Settings of a variant: one that is left out stays as the profile has it, null takes its default. */
export type VariantPrompt = PromptSettingsPatch;
export type VariantCalls = Pick<CallSettingsPatch, 'votes' | 'models' | 'fusion' | 'cascade'>;

/**
 * A profile's settings of the prompt with those of a variant laid over them; undefined without any.
 * @param framing the variant's short way to say it
 * @throws DomainError INVALID
 */
export function layPrompt(
  { prompt, rules }: Definition,
  framing: Framing | undefined,
  given: VariantPrompt | null | undefined,
  path: readonly string[],
): PromptSettings | undefined {
  const base = { ...DEFAULT_PROMPT_SETTINGS, ...prompt };
  const at = [...path, 'prompt'];
  const changes = dropUndefined(given ?? {});
  if (framing && changes.framing) {
    throw new DomainError('INVALID', 'The framing is given twice.', [...at, 'framing']);
  }
  const exemplars = changes.exemplars && { ...base.exemplars, ...dropUndefined(changes.exemplars) };
  const laid = given
    ? checkPromptSettings({ ...base, ...changes, ...(exemplars && { exemplars }) }, at)
    : undefined;
  if ((framing ?? laid?.framing) === 'CHECKLIST' && !hasChecks(laid ?? base, rules)) {
    const message = 'The framing CHECKLIST needs at least one rule, count or attribute.';
    throw new DomainError('INVALID', message, framing ? [...path, 'framing'] : [...at, 'framing']);
  }
  return laid;
}

/** The same of the settings of calls. @throws DomainError INVALID */
export function layCalls(
  { calls }: Definition,
  given: VariantCalls | null | undefined,
  path: readonly string[],
): CallSettings | undefined {
  if (!given) return undefined;
  return checkCallSettings({ ...DEFAULT_CALL_SETTINGS, ...calls, ...dropUndefined(given) }, path);
}

function dropUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
