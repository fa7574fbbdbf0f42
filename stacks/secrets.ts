/** Set with `sst secret set <name> <value> --stage <stage>`; those without a default are required. */

const NOT_SET = '';

const loupeSecret = new sst.Secret('LoupeSecret');
const operatorKey = new sst.Secret('LoupeOperatorKey');
const openaiApiKey = new sst.Secret('OpenaiApiKey', NOT_SET);
const openaiBaseUrl = new sst.Secret('OpenaiBaseUrl', NOT_SET);
const geminiApiKey = new sst.Secret('GeminiApiKey', NOT_SET);
const geminiBaseUrl = new sst.Secret('GeminiBaseUrl', NOT_SET);

/** `name=value`, separated by commas, as the collector asks for. */
export const otlpHeaders = new sst.Secret('OtlpHeaders', NOT_SET);

/** What a function needs to start; the operator's key is the API's alone. */
export function describeSecrets(functionName: string) {
  return {
    LOUPE_SECRET: loupeSecret.value,
    ...(functionName === 'api' && { LOUPE_OPERATOR_KEY: operatorKey.value }),
  };
}

/** What the functions need that offer models or ask them. */
export function describeProviders() {
  return {
    OPENAI_API_KEY: openaiApiKey.value,
    LOUPE_OPENAI_BASE_URL: openaiBaseUrl.value,
    GEMINI_API_KEY: geminiApiKey.value,
    LOUPE_GEMINI_BASE_URL: geminiBaseUrl.value,
  };
}
