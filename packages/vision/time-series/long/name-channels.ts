import { nameChannel } from '../read/name-channel.ts';
import type { TableHead } from '../read/place-columns.ts';
import type { LongPlan } from './find-long-table.ts';
import type { IdReader } from './ids.ts';

type Name = ReturnType<typeof nameChannel>;

/**
 * What the channels of one id are called, one for each column of values: by the id alone where there is one column. Units are those of the
 * id's own name, else of the column.
 * @param raw what was read in each column of ids
 * @param position of the id, from 0
 */
export function nameChannels(
  { names, units }: TableHead,
  { ids, values }: LongPlan,
  readers: ReadonlyMap<number, IdReader>,
  raw: readonly number[],
  position: number,
): Name[] {
  const id = ids
    .map(({ column, isNumeric }, i) =>
      readers.get(column)?.name(raw[i] ?? 0, isNumeric ? (names[column] ?? '').trim() : ''),
    )
    .join(' / ');
  return values.map((column) => {
    const { name, unit } = nameChannel(names[column] ?? '', column, units?.[column]);
    const own = nameChannel(values.length > 1 ? `${id} / ${name}` : id, position);
    return unit === undefined ? own : { unit, ...own };
  });
}

/** A note on what was made of the rows. @param count of ids */
export function describeRows({ names }: TableHead, { ids, values }: LongPlan, count: number): string {
  const headers = ids.map(({ column }) => {
    const header = (names[column] ?? '').trim();
    return header === '' ? `${column + 1}` : JSON.stringify(header.slice(0, 40));
  });
  const where = `named in column${headers.length > 1 ? 's' : ''} ${headers.join(' and ')}`;
  return values.length > 1
    ? `Each row is about one of ${count} things, ${where}: what was measured of them is shown apart, at their own times.`
    : `Each row is a value of one of ${count} channels, ${where}: they are shown apart, each at its own times.`;
}
