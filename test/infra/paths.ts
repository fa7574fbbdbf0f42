import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
/** SST and what runs its bundles, apart from the project's own dependencies. */
export const tools = join(import.meta.dirname, 'tools');
/** Where `sst install` unpacks the source of its components. */
export const platform = join(root, '.sst', 'platform');
/** Made by the checks, outside version control. */
export const output = join(root, '.sst', 'check');
