/** The one place where `vision` reads the environment. */

/**
 * What a process of this program's needs to start: on Lambda, where Node's libraries lie. Nothing else is passed on, so no
 * credentials.
 */
export const startEnvironment: Readonly<Record<string, string>> =
  process.env.LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH };
