const CLOSE = /<\/(?:think|thinking|thought)>/gi;
const OPEN_AT_START = /^\s*<(?:think|thinking|thought)>/i;

/**
 * An answer without the thinking that some models write before it, between `<think>` and `</think>`; servers may leave
 * the opening tag out. Drafts of a verdict in it do not count, nor does thinking that breaks off before its end.
 */
export function dropThinking(text: string): string {
  const close = [...text.matchAll(CLOSE)].at(-1);
  const rest = close === undefined ? text : text.slice(close.index + close[0].length);
  return OPEN_AT_START.test(rest) ? '' : rest;
}
