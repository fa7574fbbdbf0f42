/** The one place where the functions read their environment. */
import { parseConfig } from '@loupe/core/platform';

export const config = parseConfig(process.env);
