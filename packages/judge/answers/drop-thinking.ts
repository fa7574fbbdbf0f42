const TAG = /<(\/?)(?:think|thinking|thought)>/gi;

/**
 * An answer without the thinking that some models write before it, between `<think>` and `</think>`; servers may leave
 * the opening tag out. Drafts of a verdict in it do not count, nor does thinking that breaks off before its end.
 */
export function dropThinking(text: string): string {
  const tags = [...text.matchAll(TAG)];
  const close = tags.findLast(([, slash]) => slash === '/');
  const from = close === undefined ? 0 : close.index + close[0].length;
  const open = tags.find(({ index }) => index >= from);
  return text.slice(from, open?.index);
}
