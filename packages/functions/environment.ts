/** The one place where the functions read their environment. */
import { parseConfig } from '@loupe/core/platform';

export const config = parseConfig(process.env);

/** What a conversion process needs to start: where Lambda keeps Node's libraries. Credentials are not among it. */
export const conversionEnvironment: Readonly<Record<string, string>> =
  process.env.LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH };
