import type { TokenProbability } from './vision-model.ts';

/** The last `correctness` of an answer, up to its value; models quote keys in several ways or not at all. */
const BEFORE_VERDICT = /["']?correctness["']?\s*[:=]\s*["']?/gi;

const NORMAL = new Set(['1', 'true', 'yes']);
const ANOMALOUS = new Set(['0', 'false', 'no']);

/**
 * The probability of an anomaly as the model's own token probabilities give it: at the place of the verdict, the
 * probability of `0` (or false, no) against `1` (or true, yes), 0 to 1. Undefined when the answer has no verdict, or
 * its tokens do not make up its text.
 */
export function readVerdictProbability(
  text: string,
  tokens: readonly TokenProbability[] | undefined,
): number | undefined {
  const token = findVerdict(text, tokens)?.token;
  return token && compare(token);
}

/**
 * The tokens as short as they give the same probability: what stands before the verdict as one, and the verdict's. For
 * whoever keeps an answer.
 */
export function keepVerdictToken(
  text: string,
  tokens: readonly TokenProbability[] | undefined,
): readonly TokenProbability[] | undefined {
  const found = findVerdict(text, tokens);
  if (found === undefined) return undefined;
  const before: TokenProbability = { text: text.slice(0, found.from), logprob: 0, alternatives: [] };
  return [before, found.token];
}

/** The token of the last verdict, and where it begins. */
function findVerdict(text: string, tokens: readonly TokenProbability[] | undefined) {
  const at = [...text.matchAll(BEFORE_VERDICT)].at(-1);
  return tokens && at && findToken(text, tokens, at.index + at[0].length);
}

/** The token that holds the character at `position`, if the tokens spell the text up to there. */
function findToken(
  text: string,
  tokens: readonly TokenProbability[],
  position: number,
): { readonly token: TokenProbability; readonly from: number } | undefined {
  let end = 0;
  for (const token of tokens) {
    if (!text.startsWith(token.text, end)) return undefined;
    end += token.text.length;
    if (end > position) return { token, from: end - token.text.length };
  }
  return undefined;
}

/** What a token says once quotes, colon and blanks around the word are taken off, e.g. ` 0` or `": 1`. */
function readWord(text: string): string {
  return text.replace(/^[\s"':=]+|[\s"',}]+$/g, '').toLowerCase();
}

function compare(token: TokenProbability): number | undefined {
  const seen = new Map([...token.alternatives, token].map(({ text, logprob }) => [text, Math.exp(logprob)]));
  const sum = (words: ReadonlySet<string>) =>
    [...seen].reduce(
      (total, [text, probability]) => total + (words.has(readWord(text)) ? probability : 0),
      0,
    );
  const normal = sum(NORMAL);
  const anomalous = sum(ANOMALOUS);
  const chosenIsVerdict = NORMAL.has(readWord(token.text)) || ANOMALOUS.has(readWord(token.text));
  return chosenIsVerdict && normal + anomalous > 0 ? anomalous / (normal + anomalous) : undefined;
}
