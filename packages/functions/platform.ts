import { createPlatform } from '@loupe/core/platform';
import { config } from './environment.ts';

/** Made once per execution environment and shared by its invocations. */
export const platform = createPlatform(config, Date.now);
