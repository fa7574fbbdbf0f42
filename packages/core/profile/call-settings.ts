import { checkNumber, checkText, DomainError } from '../platform/index.ts';

export type ScoreFusion = 'MEAN' | 'MEDIAN' | 'MIN';

/** A cheap model that is asked first; only between the two scores is the profile's own asked. */
export interface Cascade {
  readonly model: string;
  /** Below it the cheap model's score decides. */
  readonly low: number;
  /** From it on, too. */
  readonly high: number;
}

/** How often and which models are asked, and what it may cost; see the schema. */
export interface CallSettings {
  readonly votes: number;
  /** Further models that vote. */
  readonly models: readonly string[];
  readonly fusion: ScoreFusion;
  readonly cascade?: Cascade | undefined;
  readonly cacheAnswers: boolean;
  readonly failFast: boolean;
  readonly dailySpendMicroUsd?: number | undefined;
  readonly monthlySpendMicroUsd?: number | undefined;
}

/** Settings as a caller gives them: null means the default. */
export type CallSettingsPatch = { readonly [K in keyof CallSettings]?: CallSettings[K] | null | undefined };

export const DEFAULT_CALL_SETTINGS: CallSettings = {
  votes: 1,
  models: [],
  fusion: 'MEAN',
  cacheAnswers: false,
  failFast: false,
};

const LIMITS = { votes: 9, models: 4, model: 200, spend: 2_000_000_000 } as const;

/** The settings with their defaults filled in. @throws DomainError INVALID with the path of what is wrong */
export function checkCallSettings(
  given: CallSettingsPatch | null | undefined,
  path: readonly string[],
): CallSettings {
  const defaults = DEFAULT_CALL_SETTINGS;
  const at = (field: keyof CallSettings) => [...path, field];
  const models = given?.models ?? [];
  if (models.length > LIMITS.models) {
    throw new DomainError('INVALID', `At most ${LIMITS.models} further models can vote.`, at('models'));
  }
  const spend = (field: 'dailySpendMicroUsd' | 'monthlySpendMicroUsd') => {
    const value = given?.[field] ?? undefined;
    return value === undefined ? undefined : checkNumber(value, at(field), 0, LIMITS.spend);
  };
  const [daily, monthly] = [spend('dailySpendMicroUsd'), spend('monthlySpendMicroUsd')];
  const cascade = given?.cascade ?? undefined;
  return {
    votes: checkNumber(given?.votes ?? defaults.votes, at('votes'), 1, LIMITS.votes),
    models: models.map((model, index) => checkText(model, [...at('models'), String(index)], 1, LIMITS.model)),
    fusion: given?.fusion ?? defaults.fusion,
    ...(cascade && { cascade: checkCascade(cascade, at('cascade')) }),
    cacheAnswers: given?.cacheAnswers ?? defaults.cacheAnswers,
    failFast: given?.failFast ?? defaults.failFast,
    ...(daily !== undefined && { dailySpendMicroUsd: daily }),
    ...(monthly !== undefined && { monthlySpendMicroUsd: monthly }),
  };
}

/** Every model the settings name, with where it stands. */
export function listModels(
  settings: CallSettings | undefined,
  path: readonly string[],
): readonly { readonly model: string; readonly path: readonly string[] }[] {
  if (!settings) return [];
  const { models, cascade } = settings;
  return [
    ...models.map((model, index) => ({ model, path: [...path, 'models', String(index)] })),
    ...(cascade ? [{ model: cascade.model, path: [...path, 'cascade', 'model'] }] : []),
  ];
}

function checkCascade({ model, low, high }: Cascade, path: readonly string[]): Cascade {
  return { model: checkText(model, [...path, 'model'], 1, LIMITS.model), ...checkBand({ low, high }, path) };
}

/** @throws DomainError INVALID for scores between which no strong model would ever be asked */
export function checkBand(
  { low, high }: Pick<Cascade, 'low' | 'high'>,
  path: readonly string[],
): Pick<Cascade, 'low' | 'high'> {
  checkNumber(low, [...path, 'low'], 0, 1);
  checkNumber(high, [...path, 'high'], 0, 1);
  if (low < high) return { low, high };
  throw new DomainError('INVALID', "low has to be below high: between them the profile's model is asked.", [
    ...path,
    'low',
  ]);
}
