import type { ModelError } from './model-error.ts';
import type { ModelQuestion } from './vision-model.ts';

/** A parameter that not every model or server takes. */
export interface Parameter {
  /** What a refusal calls it, in lower case: the names in the request, and what providers say of them. */
  readonly names: readonly string[];
  /** Its part of the request; undefined when the question does not want it. */
  readonly write: (question: ModelQuestion) => Readonly<Record<string, unknown>> | undefined;
  /** What is sent in its place once it is refused; without one it is left out. `REQUIRED` is never left out. */
  readonly instead?: Parameter | 'REQUIRED';
}

export interface Negotiation {
  readonly write: (question: ModelQuestion) => Record<string, unknown>;
  /** Learns from a refused call; true when it is worth sending again. */
  readonly adapt: (question: ModelQuestion, error: ModelError) => boolean;
  /** The same for one of many calls that were sent before anything was learnt: true also for what is known by now. */
  readonly learn: (question: ModelQuestion, error: ModelError) => boolean;
}

const REFUSAL =
  /unsupported|not supported|unrecogni[sz]ed|unknown|not permitted|extra_forbidden|not allowed|not enabled|schema/i;

/**
 * Finds out which parameters a model takes and remembers it: what a 400 or 422 refuses is left out from then on, or
 * sent under its other name. Each is given up at most once, so a call is sent again a bounded number of times.
 */
export function createNegotiation(parameters: readonly Parameter[]): Negotiation {
  let current = parameters;

  function write(question: ModelQuestion): Record<string, unknown> {
    return Object.assign({}, ...current.map((parameter) => parameter.write(question)));
  }

  function adapt(question: ModelQuestion, error: ModelError): boolean {
    if (!concernsParameter(error)) return false;
    const sent = current.filter((parameter) => parameter.write(question) !== undefined);
    const refused = findRefused(sent, error);
    if (refused === undefined || refused.instead === 'REQUIRED') return false;
    const { instead } = refused;
    current = current.flatMap((parameter) => (parameter === refused ? (instead ?? []) : parameter));
    return true;
  }

  function learn(question: ModelQuestion, error: ModelError): boolean {
    if (adapt(question, error)) return true;
    const refused = concernsParameter(error) ? findRefused(parameters, error) : undefined;
    return refused !== undefined && !current.includes(refused);
  }
  return { write, adapt, learn };
}

function concernsParameter({ code, status, message }: ModelError): boolean {
  return code === 'BAD_REQUEST' && (status === 400 || status === 422) && REFUSAL.test(message);
}

/** "Use 'max_completion_tokens' instead" names another one, so only the first mention counts. */
function findRefused(parameters: readonly Parameter[], error: ModelError): Parameter | undefined {
  const named = error.parameter?.toLowerCase();
  const byName = parameters.find(({ names }) =>
    names.some((name) => named === name || named?.startsWith(`${name}.`)),
  );
  if (named !== undefined) return byName;
  const message = error.message.toLowerCase();
  const mentions = parameters
    .map((parameter) => ({ parameter, at: findFirst(message, parameter.names) }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  return mentions[0]?.parameter;
}

function findFirst(message: string, names: readonly string[]): number {
  const places = names.map((name) => message.indexOf(name)).filter((at) => at >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}
