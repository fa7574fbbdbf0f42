import type { AnsweredCheck } from './read-details.ts';

/** Likeness from which the words of an answer name a check, and how much nearer it is than the next one. */
const NAMES = { least: 0.35, lead: 0.1 };

/**
 * Which check each answer is about. Models answer in another order, number anew, from zero or not at all, and repeat a check
 * in words of their own. Words that name one check clearly go before a number; a number before the place in the list,
 * which counts only where nothing else is given and as many were answered as asked.
 *
 * @param checks texts of the checks in the order of their numbers, which begin at 1.
 * @returns for each check its answer; undefined where none is about it. What is answered twice differently is undecided.
 */
export function matchChecks(
  checks: readonly string[],
  answers: readonly AnsweredCheck[],
): readonly (AnsweredCheck | undefined)[] {
  const found: (AnsweredCheck | undefined)[] = checks.map(() => undefined);
  const findNamed = prepareNames(checks);
  const first = beginsAtZero(answers, checks.length) ? 0 : 1;
  const left: AnsweredCheck[] = [];
  const put = (at: number, answer: AnsweredCheck) => {
    found[at] = merge(found[at], answer);
  };
  const unnamed = answers.filter((answer) => {
    const named = answer.text === null ? undefined : findNamed(answer.text);
    if (named !== undefined) put(named, answer);
    return named === undefined;
  });
  for (const answer of unnamed) {
    const at = answer.number === null ? -1 : answer.number - first;
    // Where words named a check, somebody else's number for it is a mistake.
    if (at >= 0 && at < checks.length && !isNamed(found[at])) put(at, answer);
    else left.push(answer);
  }
  if (left.length === answers.length && answers.length === checks.length && left.every(isBare)) return left;
  const free = found.flatMap((answer, at) => (answer === undefined ? [at] : []));
  const [lastAnswer] = left;
  const [lastFree] = free;
  const isRest = left.length === 1 && free.length === 1 && answers.length === checks.length;
  if (isRest && lastAnswer && lastFree !== undefined) put(lastFree, lastAnswer);
  return found;
}

function isBare({ number, text }: AnsweredCheck): boolean {
  return number === null && text === null;
}

function isNamed(answer: AnsweredCheck | undefined): boolean {
  return answer !== undefined && answer.text !== null;
}

function beginsAtZero(answers: readonly AnsweredCheck[], count: number): boolean {
  const numbers = answers.flatMap(({ number }) => number ?? []);
  return numbers.includes(0) && !numbers.includes(count);
}

function merge(earlier: AnsweredCheck | undefined, later: AnsweredCheck): AnsweredCheck {
  if (earlier === undefined) return later;
  if (earlier.satisfied === later.satisfied && earlier.observed === later.observed) return earlier;
  return { ...earlier, satisfied: null, observed: null, evidence: 'It was answered twice, differently.' };
}

/**
 * Finds the check that a text names, by trigrams of its letters and digits: they survive inflection, order and
 * punctuation. One that several checks share says less of each; one that is in none says nothing.
 */
function prepareNames(checks: readonly string[]): (text: string) => number | undefined {
  const grams = checks.map(listTrigrams);
  const shares = new Map<string, number>();
  for (const gram of grams.flatMap((set) => [...set])) shares.set(gram, (shares.get(gram) ?? 0) + 1);
  const weigh = (set: Iterable<string>) =>
    [...set].reduce((sum, gram) => sum + 1 / (shares.get(gram) ?? Number.POSITIVE_INFINITY), 0);
  const weights = grams.map(weigh);
  return (text) => {
    const said = listTrigrams(text);
    const known = weigh(said);
    const likeness = grams.map((own, at) => {
      const common = weigh([...own].filter((gram) => said.has(gram)));
      return common === 0 ? 0 : (2 * common) / ((weights[at] ?? 0) + known);
    });
    const [best = 0, next = 0] = likeness.toSorted((a, b) => b - a);
    return best >= NAMES.least && best - next >= NAMES.lead ? likeness.indexOf(best) : undefined;
  };
}

function listTrigrams(text: string): ReadonlySet<string> {
  const letters = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  if (letters.length < 3) return new Set(letters === '' ? [] : [letters]);
  return new Set(Array.from({ length: letters.length - 2 }, (_, at) => letters.slice(at, at + 3)));
}
