import type { Instance } from './instance.ts';

export interface PoolOptions {
  readonly start: () => Instance;
  /** Most instances alive at a time; further invocations wait for one. */
  readonly size: number;
  /** An instance unused for so long is stopped. */
  readonly idleMs: number;
}

export interface Pool {
  /** Lends an instance to `work`, starting one when none is warm and there is room. */
  use<T>(work: (instance: Instance) => Promise<T>): Promise<T>;
  /** What runs ends on its instance; every later use gets a new one. */
  renew(): void;
  stop(): Promise<void>;
}

/** The warm instances of one function. The latest used goes first, so that the others may go idle. */
export function createPool({ start, size, idleMs }: PoolOptions): Pool {
  const all = new Set<Instance>();
  const outdated = new Set<Instance>();
  const idle: { instance: Instance; timer: NodeJS.Timeout }[] = [];
  const waiting: (() => void)[] = [];
  let stopped = false;

  function findWarm(): Instance | undefined {
    for (;;) {
      const last = idle.pop();
      if (last === undefined) return undefined;
      clearTimeout(last.timer);
      if (!last.instance.dead) return last.instance;
      all.delete(last.instance);
    }
  }

  async function acquire(): Promise<Instance> {
    for (;;) {
      if (stopped) throw new Error('The local cloud is stopping.');
      const warm = findWarm();
      if (warm !== undefined) return warm;
      if (all.size - outdated.size < size) {
        const fresh = start();
        all.add(fresh);
        return fresh;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  function retire(instance: Instance): void {
    const index = idle.findIndex((entry) => entry.instance === instance);
    if (index >= 0) idle.splice(index, 1);
    all.delete(instance);
    void instance.stop();
  }

  function release(instance: Instance): void {
    if (instance.dead || stopped || outdated.delete(instance)) {
      retire(instance);
    } else {
      const timer = setTimeout(() => retire(instance), idleMs);
      timer.unref();
      idle.push({ instance, timer });
    }
    waiting.shift()?.();
  }

  return {
    use: async (work) => {
      const instance = await acquire();
      try {
        return await work(instance);
      } finally {
        release(instance);
      }
    },
    renew: () => {
      for (const { instance, timer } of idle.splice(0)) {
        clearTimeout(timer);
        retire(instance);
      }
      for (const instance of all) outdated.add(instance);
      for (const wake of waiting.splice(0)) wake();
    },
    stop: async () => {
      stopped = true;
      for (const { timer } of idle) clearTimeout(timer);
      for (const wake of waiting.splice(0)) wake();
      await Promise.all([...all].map((instance) => instance.stop()));
    },
  };
}
