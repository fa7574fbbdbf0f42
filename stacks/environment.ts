import { readOptions } from '../packages/core/platform/deployment-options.ts';

/** What the operator chose, in the environment of `sst deploy`. */
export const options = readOptions(process.env);
