/** The one place where the local cloud reads the environment it was started in. */

/** Model providers, and what native libraries and child processes of the functions need. */
const PASSED_THROUGH = [
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'LOUPE_OPENAI_BASE_URL',
  'LOUPE_OPENAI_API',
  'AZURE_OPENAI_API_KEY',
  'AZURE_OPENAI_ENDPOINT',
  'AZURE_OPENAI_API_VERSION',
  'GEMINI_API_KEY',
  'GEMINI_BASE_URL',
  'LOUPE_GEMINI_BASE_URL',
  'LOUPE_VERTEX_API_KEY',
  'LOUPE_VERTEX_CREDENTIALS',
  'LOUPE_VERTEX_PROJECT',
  'LOUPE_VERTEX_LOCATION',
  'LOUPE_VERTEX_BASE_URL',
  'LOUPE_MODEL_PRICES',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'LOUPE_OIDC_ISSUER',
  'LOUPE_OIDC_AUDIENCE',
  'LOUPE_OIDC_ALGORITHM',
  'LOUPE_SIGN_UP',
  'LOUPE_PREVIOUS_SECRET',
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
] as const;

/** The variables every function is given from outside. */
export function readFunctionEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED_THROUGH) {
    const value = environment[name];
    if (value !== undefined && value !== '') passed[name] = value;
  }
  // The providers' own names for their base URL count where Loupe's are not set.
  const openai = passed.LOUPE_OPENAI_BASE_URL ?? passed.OPENAI_BASE_URL;
  const gemini = passed.LOUPE_GEMINI_BASE_URL ?? passed.GEMINI_BASE_URL;
  return {
    ...passed,
    ...(openai === undefined ? {} : { LOUPE_OPENAI_BASE_URL: openai }),
    ...(gemini === undefined ? {} : { LOUPE_GEMINI_BASE_URL: gemini }),
  };
}
