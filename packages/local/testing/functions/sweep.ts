import { putRow } from './clients.ts';
import { secret } from './environment.ts';

/** Leaves a row behind, so that a test sees it ran. */
export async function handler(): Promise<void> {
  await putRow('swept', `secret of ${secret.length}`);
}
