/** Words that spreadsheets and programs write where a number is missing. */
const MISSING = /^(?:|-|--|\?|n\/?a|#n\/a|nan|null|none|nil|missing|-?1\.#(?:qnan|ind)\S*)$/i;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
/** Thousands apart by a comma or point, an apostrophe (Switzerland) or a space, of which French spreadsheets write narrow ones. */
const GROUPED = {
  '.': /^[+-]?\d{1,3}(?:[,'’]\d{3})+(?:\.\d+)?$/,
  ',': /^[+-]?\d{1,3}(?:[. \u00a0\u202f'’]\d{3})+(?:,\d+)?$/,
};
const GROUP_MARKS = { '.': /[,'’]/g, ',': /[. \u00a0\u202f'’]/g };
const PER_CENT = /\s*%$/;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export type DecimalMark = '.' | ',';

/**
 * The number that a cell of text means, that before a per cent sign too: NaN where it says that there is none, `undefined` when it is no number.
 * Values are those of `Number()`.
 */
export function parseCell(text: string, decimal: DecimalMark): number | undefined {
  const trimmed = text.trim().replace(PER_CENT, '');
  const plain = decimal === ',' ? trimmed.replace(',', '.') : trimmed;
  if (PLAIN.test(plain)) return Number(plain);
  if (MISSING.test(trimmed)) return Number.NaN;
  if (INFINITE.test(trimmed))
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!GROUPED[decimal].test(trimmed)) return undefined;
  return Number(trimmed.replaceAll(GROUP_MARKS[decimal], '').replace(',', '.'));
}
