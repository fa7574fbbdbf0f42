import type { Faults } from './faults.ts';

/** Milliseconds since the Unix epoch. Every service of the local cloud reads time through one of these. */
export type Clock = () => number;

const LARGEST_JUMP_MS = 60_000;

/** A clock that `clock.jump` moves: it runs ahead of `clock` by up to a minute and never backwards. */
export function createJumpingClock(clock: Clock, faults: Faults): Clock {
  let ahead = 0;
  let second = Math.floor(clock() / 1000);
  return () => {
    const now = clock();
    const current = Math.floor(now / 1000);
    if (current > second) {
      second = current;
      if (faults.happens('clock.jump')) ahead = Math.max(ahead, Math.round(LARGEST_JUMP_MS * faults.draw()));
    }
    return now + ahead;
  };
}
