import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { readJsonLines } from '../read/read-json.ts';
import { readParquet } from '../read/read-parquet.ts';
import { readTable } from '../read/read-table.ts';
import type { Series } from '../series.ts';
import { readFixture } from '../testing/read-fixture.ts';
import { instantAt } from '../timeline.ts';

const GAP = Number.NaN;
const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 30, 12);
const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();

function look({ timeline, channels, notes }: Series) {
  return {
    times: Array.from({ length: timeline.rows }, (_, row) => instantAt(timeline, row)),
    channels: Object.fromEntries(channels.map(({ name, values }) => [name, [...values]])),
    units: channels.map(({ unit }) => unit),
    notes,
  };
}

function read(lines: readonly string[], limits = DEFAULT_LIMITS) {
  return look(readTable(Buffer.from(lines.join('\n')), limits));
}

describe('rows that are a value of one channel each', () => {
  it('at common times become a channel for each name', () => {
    const { times, channels, notes } = read([
      'time,sensor,value',
      ...[0, 1, 2].flatMap((minute) => [
        `${iso(minute)},inlet,${10 + minute}`,
        `${iso(minute)},outlet,${20 + minute}`,
        `${iso(minute)},oil (°C),${30 + minute}`,
      ]),
    ]);

    expect(times).toEqual([0, 1, 2].map((minute) => START + minute * MINUTE));
    expect(channels).toEqual({ inlet: [10, 11, 12], outlet: [20, 21, 22], oil: [30, 31, 32] });
    expect(notes).toEqual([
      'Each row is a value of one of 3 channels, named in column "sensor": they are shown apart, each at its own times.',
    ]);
  });

  it('at times of their own have gaps at those of the others, and nothing is put there', () => {
    const { times, channels } = read([
      't,channel,value',
      '0,a,1',
      '0.4,b,5',
      '1,a,2',
      '1.4,b,6',
      '1.9,b,7',
      '2,a,3',
    ]);

    expect(times).toEqual([0, 0.4, 1, 1.4, 1.9, 2]);
    expect(channels).toEqual({ a: [1, GAP, 2, GAP, GAP, 3], b: [GAP, 5, GAP, 6, 7, GAP] });
  });

  it('channel after channel are found by their times, whatever the columns are called', () => {
    const { times, channels } = read([
      'seconds,what,amount',
      ...[0, 1, 2, 3].map((second) => `${second},left,${second}`),
      ...[0.5, 1.5, 2.5].map((second) => `${second},right,${10 * second}`),
    ]);

    expect(times).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3]);
    expect(channels).toEqual({
      left: [0, GAP, 1, GAP, 2, GAP, 3],
      right: [GAP, 5, GAP, 15, GAP, 25, GAP],
    });
  });

  it('are found where the first name goes on for longer than what is looked at', () => {
    const block = (name: string) => Array.from({ length: 900 }, (_, row) => `${iso(row)},${name},${row}`);
    const { times, channels } = read(['time,tag,value', ...block('p'), ...block('q')]);
    expect(times).toHaveLength(900);
    expect(Object.entries(channels).map(([name, values]) => [name, values.at(-1)])).toEqual([
      ['p', 899],
      ['q', 899],
    ]);
  });

  it('may be numbered, have an index, quotes, a unit, clocks of their own and remarks', () => {
    const { channels, units, notes } = read([
      ',date,clock,sensor_id,value (V),state',
      ...[0, 1, 2].flatMap((minute) =>
        [7, 12].map(
          (id, i) => `${2 * minute + i},2024-01-30,12:0${minute}:00,${id},"${id + minute}",${'ok'}`,
        ),
      ),
    ]);
    expect(channels).toEqual({ 'sensor_id 7': [7, 8, 9], 'sensor_id 12': [12, 13, 14] });
    expect(units).toEqual(['V', 'V']);
    expect(notes).toContain('Columns without numbers were left out: "state".');
  });

  it('may be named by several columns together', () => {
    const { channels, notes } = read([
      'time,device,metric,value',
      ...[0, 1, 2].flatMap((minute) =>
        ['p1', 'p2'].flatMap((device, i) =>
          ['flow', 'heat'].map(
            (metric, k) => `${iso(minute)},${device},${metric},${100 * i + 10 * k + minute}`,
          ),
        ),
      ),
    ]);
    expect(channels).toEqual({
      'p1 / flow': [0, 1, 2],
      'p1 / heat': [10, 11, 12],
      'p2 / flow': [100, 101, 102],
      'p2 / heat': [110, 111, 112],
    });
    expect(notes[0]).toContain('one of 4 channels, named in columns "device" and "metric"');
  });

  it('may have several values of a thing in a row', () => {
    const { channels, units, notes } = read([
      'ts,device,temp (°C),humidity',
      ...[0, 1, 2].flatMap((minute) => [
        `${iso(minute)},hall,${20 + minute},40`,
        `${iso(minute)},yard,${5 - minute},`,
      ]),
      `${iso(3)},yard,1,90`,
    ]);
    expect(channels).toEqual({
      'hall / temp': [20, 21, 22, GAP],
      'hall / humidity': [40, 40, 40, GAP],
      'yard / temp': [5, 4, 3, 1],
      'yard / humidity': [GAP, GAP, GAP, 90],
    });
    expect(units).toEqual(['°C', undefined, '°C', undefined]);
    expect(notes[0]).toContain('Each row is about one of 2 things, named in column "device"');
  });

  it('times of day pass midnight for each channel by itself', () => {
    const clocks = ['23:58:00', '23:59:00', '00:00:00', '00:01:00'];
    const { times, channels } = read([
      'clock,sensor,value',
      ...['a', 'b'].flatMap((name) => clocks.map((clock, i) => `${clock},${name},${i}`)),
    ]);
    expect(times).toEqual([86_280, 86_340, 86_400, 86_460]);
    expect(channels).toEqual({ a: [0, 1, 2, 3], b: [0, 1, 2, 3] });
  });

  it('of two at one time both stay', () => {
    const { times, channels } = read([
      'time,sensor,value',
      ...Array.from({ length: 12 }, (_, i) => `${iso(i >> 1)},${i % 2 === 0 ? 'a' : 'b'},${i}`),
      `${iso(5)},b,99`,
    ]);
    expect(times.slice(-2)).toEqual([START + 5 * MINUTE, START + 5 * MINUTE]);
    expect(channels.a?.slice(-2)).toEqual([10, GAP]);
    expect(channels.b?.slice(-2)).toEqual([11, 99]);
  });

  it('without a name or a time are left out, with a note', () => {
    const { channels, notes } = read([
      'time,sensor,value',
      ...[0, 1, 2, 3, 4].flatMap((minute) => [`${iso(minute)},a,${minute}`, `${iso(minute)},b,${minute}`]),
      `${iso(5)},,7`,
      'yesterday,a,8',
    ]);
    expect(channels).toEqual({ a: [0, 1, 2, 3, 4], b: [0, 1, 2, 3, 4] });
    expect(notes).toEqual(
      expect.arrayContaining([
        '1 rows without a channel were left out.',
        '1 rows without a readable time were left out.',
      ]),
    );
  });

  it('are read from JSON lines as well', () => {
    const lines = [0, 1, 2].flatMap((minute) =>
      ['a', 'b'].map((sensor) => JSON.stringify({ time: iso(minute), sensor, value: minute })),
    );
    const { channels } = look(readJsonLines(Buffer.from(lines.join('\n')), DEFAULT_LIMITS));
    expect(channels).toEqual({ a: [0, 1, 2], b: [0, 1, 2] });
  });

  it('are read from Parquet, where times have a type of their own', () => {
    const { times, channels } = look(readParquet(readFixture('long.parquet'), DEFAULT_LIMITS));
    expect(times).toEqual([0, 1, 2].map((minute) => START + minute * MINUTE));
    expect(channels).toEqual({ a: [0, 0.5, 1], b: [0, 0.5, 1] });
  });

  it('are refused where more channels are named than are accepted, or more values come of them', () => {
    const rows = (names: number, minutes: number) => [
      'time,sensor,value',
      ...Array.from(
        { length: names * minutes },
        (_, i) => `${iso(Math.floor(i / names))},s${i % names},${i}`,
      ),
    ];
    expect(() => read(rows(65, 3))).toThrow(expect.objectContaining({ code: 'TOO_MANY_CHANNELS' }));
    expect(() => read(rows(300, 3))).toThrow(expect.objectContaining({ code: 'TOO_MANY_CHANNELS' }));
    expect(Object.keys(read(rows(64, 3)).channels)).toHaveLength(64);
    const apart = Array.from({ length: 400 }, (_, i) => `${iso(i)},s${i % 40},${i}`);
    expect(() => read(['time,sensor,value', ...apart], { ...DEFAULT_LIMITS, maxValues: 4000 })).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_POINTS' }),
    );
  });

  it.each(['id', 'channel', 'CH', 'sensor', 'tag', 'sensorId', 'device_id', 'point no', 'probe-nr'])(
    'may be told apart by whole numbers under the header %s',
    (header) => {
      const rows = Array.from({ length: 40 }, (_, i) => `${iso(i >> 1)},${5 + (i % 2)},${i}`);
      expect(Object.keys(read([`time,${header},pressure`, ...rows]).channels)).toEqual([
        `${header} 5`,
        `${header} 6`,
      ]);
    },
  );

  it('are told apart by texts beside numbers of the rows', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i + 100},${iso(i >> 1)},${i % 2 ? 'p' : 'q'},${i}`);
    expect(Object.keys(read(['id,time,what,value', ...rows]).channels)).toEqual(['q', 'p']);
  });

  it('are left as they are where more numbers would name channels than are accepted', () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${iso(Math.floor(i / 75))},${i % 75},${i}`);
    expect(Object.keys(read(['time,sensor_id,value', ...rows]).channels)).toEqual(['sensor_id', 'value']);
    const few = { ...DEFAULT_LIMITS, maxChannels: 40 };
    const repeated = Array.from({ length: 450 }, (_, i) => `${iso(Math.floor(i / 45))},${i % 45},${i}`);
    expect(Object.keys(read(['time,sensor_id,value', ...repeated], few).channels)).toHaveLength(2);
    expect(Object.keys(read(['time,sensor_id,value', ...repeated]).channels)).toHaveLength(45);
  });
});

describe('a table of one thing stays one channel', () => {
  it.each([
    ['a state that changes', (i: number) => [iso(i), i % 20 < 10 ? 'RUN' : 'STOP', i]],
    ['a verdict that takes turns', (i: number) => [iso(i), i % 2 === 0 ? 'OK' : 'NG', i]],
    ['remarks', (i: number) => [iso(i), `row ${i} was fine`, i]],
    ['one sensor', (i: number) => [iso(i), 'inlet', i]],
    ['rows from the newest to the oldest', (i: number) => [iso(100 - i), i < 20 ? 'RUN' : 'STOP', i]],
  ])('%s', (_, write) => {
    const rows = Array.from({ length: 40 }, (_row, i) => write(i).join(','));
    const { channels } = read(['time,state,value', ...rows]);
    expect(Object.keys(channels)).toEqual(['value']);
    expect(channels.value?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_row, i) => i));
  });

  it.each(['tag', 'signal', 'item'])('states that take turns under the header %s', (header) => {
    const rows = Array.from({ length: 40 }, (_, i) => `${iso(i)},${i % 3 === 0 ? 'fail' : 'ok'},${i}`);
    expect(Object.keys(read([`time,${header},value`, ...rows]).channels)).toEqual(['value']);
  });

  it.each(['valve', 'quantity', 'signal', 'measurement', 'key', 'device'])(
    'numbers under the header %s stay a channel, also at common times',
    (header) => {
      const rows = Array.from({ length: 40 }, (_, i) => `${iso(i >> 1)},${i % 2},${i}`);
      expect(Object.keys(read([`time,${header},pressure`, ...rows]).channels)).toEqual([header, 'pressure']);
    },
  );

  it.each(['quantity', 'signal', 'sensor', 'id', 'item_number'])(
    'whole numbers under the header %s that are measured one after the other stay a channel, however many',
    (header) => {
      for (const distinct of [3, 20, 70, 229]) {
        const counts = Array.from({ length: 600 }, (_, i) => 14 + ((i * 7919) % distinct));
        const rows = counts.map((count, i) => `${iso(i)},${count},${i / 2}`);
        const { channels } = read([`time,${header},price`, ...rows]);
        expect(Object.keys(channels)).toEqual([header, 'price']);
        expect(channels[header]).toEqual(counts);
      }
    },
  );
});

it('what was a wide table is one again, in whatever order its values came', () => {
  const cell = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
    nil: undefined,
    freq: 4,
  });
  const wide = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 4, max: 30 }))
    .chain(([channels, rows]) =>
      fc.record({
        names: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), {
          minLength: channels,
          maxLength: channels,
        }),
        steps: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: rows, maxLength: rows }),
        cells: fc.array(fc.array(cell, { minLength: channels, maxLength: channels }), {
          minLength: rows,
          maxLength: rows,
        }),
        order: fc.constantFrom('BY_TIME', 'BY_CHANNEL', 'MIXED'),
      }),
    );
  fc.assert(
    fc.property(wide, ({ names, steps, cells, order }) => {
      const times = steps.map(
        (_, i) => START + 1000 * steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0),
      );
      // Every time and every channel is measured at least twice over: what was never measured nobody can know.
      const full = cells.map((row, i) =>
        row.map((value, channel) => value ?? (i < 2 || channel < 2 ? i : GAP)),
      );
      const melted = full.flatMap((row, i) =>
        row.flatMap((value, channel) =>
          Number.isNaN(value) ? [] : [{ time: times[i] ?? 0, channel, value, row: i }],
        ),
      );
      if (order === 'BY_CHANNEL') melted.sort((a, b) => a.channel - b.channel || a.row - b.row);
      if (order === 'MIXED')
        melted.sort((a, b) => ((a.row * 7 + a.channel) % 5) - ((b.row * 7 + b.channel) % 5));
      const lines = melted.map(
        ({ time, channel, value }) => `${new Date(time).toISOString()},${names[channel]},${value}`,
      );

      const found = read(['time,sensor,value', ...lines]);

      expect(found.times).toHaveLength(times.length);
      expect(found.times.map(Math.round)).toEqual(times);
      expect(found.channels).toEqual(
        Object.fromEntries(
          names.map((name, channel) => [name, full.map((row) => (row[channel] ?? GAP) + 0)]),
        ),
      );
    }),
    { numRuns: 200 },
  );
});
