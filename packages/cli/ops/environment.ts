/** The one place where the operating commands read their environment. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
