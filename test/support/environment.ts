/** The one place where the tests read their environment. */
const environment = process.env;

/** Faults of the local cloud under every service the tests start, as `npm start -- --faults` reads them. */
export const testFaults = environment.LOUPE_TEST_FAULTS || undefined;
