import { measureText, type TextSizePx } from '../../text/index.ts';

/** Longer texts are cut before they are measured. */
const LONGEST = 300;

/** Text cut to a width in px, with an ellipsis. */
export function shorten(text: string, width: number, sizePx: TextSizePx): string {
  if (text.length <= LONGEST && measureText(text, sizePx).width <= width) return text;
  let short = text.slice(0, LONGEST);
  while (short.length > 0 && measureText(`${short}…`, sizePx).width > width) short = short.slice(0, -1);
  return `${short}…`;
}
