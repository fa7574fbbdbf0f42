import { it } from 'vitest';
import { testFaults } from './environment.ts';

/**
 * For tests of several answers that a provider's script gives in order, and for tests that count every question or give
 * the workers a time to notice something: a worker that breaks down between two answers asks from the beginning, some
 * time later, so they are not run on a cloud that makes faults.
 */
export const itInOrder = it.skipIf(testFaults !== undefined);
