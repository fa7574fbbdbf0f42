/** Set with `sst secret set <name> <value> --stage <stage>`; those without a default are required. */

const NOT_SET = '';

const loupeSecret = new sst.Secret('LoupeSecret');
const previousSecret = new sst.Secret('LoupePreviousSecret', NOT_SET);
const operatorKey = new sst.Secret('LoupeOperatorKey');
const openaiApiKey = new sst.Secret('OpenaiApiKey', NOT_SET);
const openaiBaseUrl = new sst.Secret('OpenaiBaseUrl', NOT_SET);
const geminiApiKey = new sst.Secret('GeminiApiKey', NOT_SET);
const geminiBaseUrl = new sst.Secret('GeminiBaseUrl', NOT_SET);
const azureOpenaiApiKey = new sst.Secret('AzureOpenaiApiKey', NOT_SET);
const azureOpenaiEndpoint = new sst.Secret('AzureOpenaiEndpoint', NOT_SET);
const azureOpenaiApiVersion = new sst.Secret('AzureOpenaiApiVersion', NOT_SET);
const vertexApiKey = new sst.Secret('VertexApiKey', NOT_SET);
const vertexCredentials = new sst.Secret('VertexCredentials', NOT_SET);
const vertexProject = new sst.Secret('VertexProject', NOT_SET);
const vertexLocation = new sst.Secret('VertexLocation', NOT_SET);
const openaiApi = new sst.Secret('OpenaiApi', NOT_SET);
const modelPrices = new sst.Secret('ModelPrices', NOT_SET);

/** `name=value`, separated by commas, as the collector asks for. */
export const otlpHeaders = new sst.Secret('OtlpHeaders', NOT_SET);

/** What a function needs to start; the operator's key is the API's alone. */
export function describeSecrets(functionName: string) {
  return {
    LOUPE_SECRET: loupeSecret.value,
    LOUPE_PREVIOUS_SECRET: previousSecret.value,
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
    AZURE_OPENAI_API_KEY: azureOpenaiApiKey.value,
    AZURE_OPENAI_ENDPOINT: azureOpenaiEndpoint.value,
    AZURE_OPENAI_API_VERSION: azureOpenaiApiVersion.value,
    LOUPE_VERTEX_API_KEY: vertexApiKey.value,
    LOUPE_VERTEX_CREDENTIALS: vertexCredentials.value,
    LOUPE_VERTEX_PROJECT: vertexProject.value,
    LOUPE_VERTEX_LOCATION: vertexLocation.value,
    LOUPE_OPENAI_API: openaiApi.value,
    LOUPE_MODEL_PRICES: modelPrices.value,
  };
}
