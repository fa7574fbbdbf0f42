import type { ColumnTask } from '../read/scan-table.ts';

/** Texts as numbers, so that they are read like the cells of any column. */
export interface IdReader {
  readonly task: ColumnTask;
  /** What a number stands for. Cells that are numbers stand for themselves, after the `header`. */
  readonly name: (raw: number, header: string) => string;
}

/** Ids as they come in the rows. */
export interface NumberedIds {
  /** What was read in each column, each once, in the order in which they come. */
  readonly ids: readonly (readonly number[])[];
  /** For each row the position of its id; `NO_ID` where it has none. */
  readonly codes: Uint16Array;
  /** How often one row's id is not that of the row before, and the first. */
  readonly runs: number;
  /** Rows without one. */
  readonly unnamed: number;
}

export const NO_ID = 65_535;
/** More different texts are remarks, or measurements, and no names of channels. */
const MOST_IDS = 4096;
/** Above every number that names a channel. */
const FIRST_TEXT = 2 ** 50;

export function createIdReader(): IdReader {
  const texts: string[] = [];
  const codes = new Map<string, number>();
  const parse = (cell: string): number => {
    const text = cell.trim();
    if (text === '') return Number.NaN;
    const known = codes.get(text);
    if (known !== undefined) return known;
    // What is not kept counts as one more.
    const code = FIRST_TEXT + Math.min(texts.length, MOST_IDS);
    if (texts.length < MOST_IDS) {
      codes.set(text, code);
      texts.push(text);
    }
    return code;
  };
  return {
    task: { kind: 'NUMBER', parse },
    name: (raw, header) => (raw >= FIRST_TEXT ? (texts[raw - FIRST_TEXT] ?? '') : `${header} ${raw}`.trim()),
  };
}

/** Of one or several columns together. Undefined when there are too many to be names. */
export function numberIds(columns: readonly Float64Array[]): NumberedIds | undefined {
  const parts = columns.map(numberColumn).filter((part) => part !== undefined);
  const [first, ...others] = parts;
  if (first === undefined || parts.length < columns.length) return undefined;
  if (others.length === 0) return { ...first, ids: first.ids.map((id) => [id]) };
  const together = new Float64Array(first.codes.length);
  for (let row = 0; row < together.length; row++) {
    for (const { codes } of parts) {
      const code = codes[row] as number;
      together[row] = code === NO_ID ? Number.NaN : (together[row] as number) * MOST_IDS + code;
    }
  }
  const numbered = numberColumn(together);
  return numbered && { ...numbered, ids: numbered.ids.map((id) => takeApart(id, parts)) };
}

function takeApart(id: number, parts: readonly NumberedColumn[]): number[] {
  return parts.map(
    ({ ids }, i) => ids[Math.floor(id / MOST_IDS ** (parts.length - 1 - i)) % MOST_IDS] ?? Number.NaN,
  );
}

type NumberedColumn = Omit<NumberedIds, 'ids'> & { readonly ids: readonly number[] };

function numberColumn(raw: Float64Array): NumberedColumn | undefined {
  const positions = new Map<number, number>();
  const codes = new Uint16Array(raw.length).fill(NO_ID);
  let runs = 0;
  let unnamed = 0;
  let [before, code] = [Number.NaN, NO_ID];
  for (let row = 0; row < raw.length; row++) {
    const id = raw[row] as number;
    if (Number.isNaN(id)) {
      unnamed += 1;
      continue;
    }
    if (id !== before) {
      runs += 1;
      before = id;
      code = positions.get(id) ?? positions.size;
      positions.set(id, code);
      if (positions.size > MOST_IDS) return undefined;
    }
    codes[row] = code;
  }
  return { ids: [...positions.keys()], codes, runs, unnamed };
}
