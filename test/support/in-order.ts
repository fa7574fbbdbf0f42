import { it } from 'vitest';
import { testFaults } from './environment.ts';

/**
 * For tests of several answers that a provider's script gives in order, or of how often it is asked: a worker that breaks down
 * asks from the beginning, so they are not run on a cloud that makes faults.
 */
export const itInOrder = it.skipIf(testFaults !== undefined);
