import { it } from 'vitest';
import { testFaults } from './environment.ts';

/**
 * For tests of several answers that a provider's script gives in order: a worker that breaks down between two of them asks
 * from the beginning, so they are not run on a cloud that makes faults.
 */
export const itInOrder = it.skipIf(testFaults !== undefined);
