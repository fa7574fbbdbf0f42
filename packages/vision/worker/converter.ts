import { resolveSettings } from '../convert.ts';
import { RejectedError } from '../rejected-error.ts';
import type { Conversion, ConvertOptions } from '../types.ts';
import { type Child, type Ending, type ProcessLimits, startChild } from './child.ts';
import type { ConversionAnswer, ConversionSource } from './protocol.ts';

/** Converts files in processes that are kept while they are healthy. */
export interface Converter {
  /**
   * `convert` in a process of its own.
   * @throws RejectedError for any fault of the file, CONVERSION_TIMEOUT, CONVERSION_OUT_OF_MEMORY and CONVERSION_CRASHED
   * among them
   * @throws RangeError for options outside their range
   * @throws Error when no process could be started, or somebody else ended it: try again
   */
  convert(
    source: ConversionSource,
    options?: ConvertOptions,
    limits?: Partial<ProcessLimits>,
  ): Promise<Conversion>;
  /** Starts a process now, for a file that will come. */
  warm(): Promise<void>;
  /** Ends all processes; what they convert is lost. */
  stop(): void;
}

export interface ConverterOptions {
  /** The only environment variables the processes see; default none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

const USUAL_LIMITS: ProcessLimits = { memoryMb: 1536, timeoutMs: 60_000 };
/** A process that holds more than this after its work has decoders whose memory never shrinks. */
const MOST_IDLE_BYTES = 384 * 2 ** 20;
/** Leaks of native code stay small. */
const MOST_USES = 500;

/**
 * A converter with no process yet. One idle process is kept, so that the next file finds it loaded.
 * @param start how a process is started
 */
export function createConverter(
  { env = {} }: ConverterOptions = {},
  start: () => Promise<Child> = () => startConversionProcess(env),
): Converter {
  const running = new Set<Child>();
  let idle: Child | undefined;

  async function take(): Promise<Child> {
    const kept = idle;
    idle = undefined;
    return kept?.alive ? kept : start();
  }

  function keep(child: Child): void {
    const bytes = child.readResidentBytes() ?? 0;
    if (!child.alive) return;
    if (idle !== undefined || bytes > MOST_IDLE_BYTES || child.uses >= MOST_USES) child.kill();
    else idle = child;
  }

  async function run(child: Child, source: ConversionSource, options: ConvertOptions, limits: ProcessLimits) {
    running.add(child);
    try {
      return await child.run({ source, options }, limits);
    } finally {
      running.delete(child);
      keep(child);
    }
  }

  return {
    async convert(source, options = {}, givenLimits = {}) {
      resolveSettings(options);
      const limits = { ...USUAL_LIMITS, ...givenLimits };
      const began = performance.now();
      const child = await take();
      const isUsed = child.uses > 0;
      let ending = await run(child, source, options, limits);
      // What a used process died of may have been left by a file before.
      if (isUsed && ending.kind !== 'ANSWERED' && ending.kind !== 'TIMEOUT') {
        const timeoutMs = Math.max(1, limits.timeoutMs - (performance.now() - began));
        ending = await run(await start(), source, options, { ...limits, timeoutMs });
      }
      return readEnding(ending, limits);
    },
    async warm() {
      if (idle?.alive) return;
      const child = await start();
      if (idle?.alive) child.kill();
      else idle = child;
    },
    stop() {
      idle?.kill();
      idle = undefined;
      for (const child of running) child.kill();
    },
  };
}

async function startConversionProcess(env: Readonly<Record<string, string>>): Promise<Child> {
  // Imported only here and only so: it must stay a file of its own when bundled (docs/adr/0015).
  const { entryUrl } = await import('./conversion-process.ts');
  return startChild(entryUrl, env);
}

function readEnding(ending: Ending, { memoryMb, timeoutMs }: ProcessLimits): Conversion {
  switch (ending.kind) {
    case 'ANSWERED':
      return readAnswer(ending.answer);
    case 'TIMEOUT':
      throw new RejectedError(
        'CONVERSION_TIMEOUT',
        `The conversion was not done after ${Math.round(timeoutMs / 1000)} s and was ended. Send a smaller file, or a plainer form of it.`,
        { timeoutMs },
      );
    case 'OUT_OF_MEMORY':
      throw new RejectedError(
        'CONVERSION_OUT_OF_MEMORY',
        `The conversion took more than ${memoryMb} MB of memory and was ended. Send a smaller file, or a plainer form of it.`,
        { memoryMb },
      );
    case 'CRASHED':
      throw new RejectedError(
        'CONVERSION_CRASHED',
        'The decoder broke down on the file, which is damaged or very unusual. Export it again from its source, or in another format.',
        { cause: ending.cause },
      );
    case 'LOST':
      throw new Error(`The conversion process was lost: ${ending.cause}`);
  }
}

function readAnswer(answer: Exclude<ConversionAnswer, { kind: 'READY' }>): Conversion {
  switch (answer.kind) {
    case 'CONVERTED':
      return answer.conversion;
    case 'REJECTED':
      throw new RejectedError(answer.code, answer.message, answer.details);
    case 'FAILED':
      throw new Error(answer.message, { cause: answer.stack });
  }
}
