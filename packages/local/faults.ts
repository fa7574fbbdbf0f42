/**
 * Faults the local cloud can make on purpose, so that tests meet what AWS does now and then. Each has a rate: the
 * chance, 0 to 1, that it happens at an occasion. Chances come from a seed.
 */

/** Every fault, what it does, and its rate in the mild mixture that `--faults` alone turns on. */
export const FAULTS = {
  'sqs.duplicate': { does: 'a message is delivered twice, together or within seconds', mild: 0.1 },
  'sqs.shuffle': { does: 'messages are received in another order', mild: 0.3 },
  'sqs.delay': { does: 'a message is delivered seconds late', mild: 0.05 },
  'sqs.lose-delete': { does: 'a message comes back within seconds although it was deleted', mild: 0.05 },
  'dynamodb.index-lag': { does: 'an index shows a write later than the table', mild: 0.2 },
  'dynamodb.conflict': { does: 'a transaction is cancelled: TransactionConflict', mild: 0.05 },
  'dynamodb.throttle': { does: 'a request is refused: ProvisionedThroughputExceededException', mild: 0.02 },
  'dynamodb.unprocessed': {
    does: 'a batch leaves some of its items: UnprocessedItems or UnprocessedKeys',
    mild: 0.1,
  },
  's3.slow-down': { does: 'a request is refused: 503 SlowDown', mild: 0.02 },
  's3.internal-error': { does: 'a request fails: 500 InternalError', mild: 0.02 },
  's3.slow-body': { does: 'an object is sent slowly', mild: 0.02 },
  's3.reset': { does: 'a connection breaks while an object is sent', mild: 0.02 },
  'kms.throttle': { does: 'a request is refused: ThrottlingException', mild: 0.02 },
  'lambda.exit': { does: 'a function that no client waits for ends in the middle', mild: 0.02 },
  'lambda.freeze': { does: 'such a function hangs until its timeout', mild: 0.005 },
  'lambda.out-of-memory': { does: 'such a function runs out of memory', mild: 0.005 },
  'clock.jump': { does: 'the clock jumps forwards, by up to a minute in all; a chance per second', mild: 0 },
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultSettings {
  readonly seed: number;
  readonly rates: Readonly<Partial<Record<FaultName, number>>>;
}

export interface Faults {
  /** Whether the fault happens this time. */
  readonly happens: (fault: FaultName) => boolean;
  /** A number from 0 to 1 for how much of it. */
  readonly draw: () => number;
}

export const NO_FAULTS: Faults = { happens: () => false, draw: () => 0 };

const DEFAULT_SEED = 1;

/** Faults drawn from a seed by the mulberry32 generator. */
export function createFaults({ seed, rates }: FaultSettings): Faults {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    draw,
    happens: (fault) => {
      const rate = rates[fault] ?? 0;
      return rate > 0 && draw() < rate;
    },
  };
}

/**
 * Reads `mild`, or a list such as `sqs.duplicate=0.2,dynamodb.throttle=0.05,seed=7`; both can be combined.
 * @throws Error that names the part and what is possible
 */
export function parseFaults(text: string): FaultSettings {
  let seed = DEFAULT_SEED;
  const rates: Partial<Record<FaultName, number>> = {};
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part === 'mild') {
      for (const name of Object.keys(FAULTS) as FaultName[]) rates[name] ??= FAULTS[name].mild;
      continue;
    }
    const [name = '', value = ''] = part.split('=');
    const number = value === '' ? Number.NaN : Number(value);
    if (name === 'seed' && Number.isSafeInteger(number)) seed = number;
    else if (isFaultName(name) && number >= 0 && number <= 1) rates[name] = number;
    else
      throw new Error(
        `"${part}" is no fault. Use mild, seed=<whole number>, or <fault>=<0 to 1> with ${listFaults()}.`,
      );
  }
  return { seed, rates };
}

/** E.g. `sqs.duplicate=0.2,seed=7`: what `parseFaults` reads. */
export function formatFaults({ seed, rates }: FaultSettings): string {
  const active = Object.entries(rates).filter(([, rate]) => rate > 0);
  return [...active.map(([name, rate]) => `${name}=${rate}`), `seed=${seed}`].join(',');
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

function listFaults(): string {
  return Object.keys(FAULTS).join(', ');
}
