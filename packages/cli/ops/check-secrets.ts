/** What is wrong with the secrets of a stage, each in a sentence that names them; values are never repeated. */
export function checkSecrets(
  secrets: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const problems: string[] = [];
  const has = (name: string) => secrets.has(name);

  for (const name of ['LoupeSecret', 'LoupeOperatorKey']) {
    const value = secrets.get(name);
    if (value === undefined) problems.push(`The secret ${name} is missing`);
    else if (value.length < 32) problems.push(`The secret ${name} is shorter than 32 characters`);
    else if (/\s/.test(value)) problems.push(`The secret ${name} holds white space`);
  }
  const operatorKey = secrets.get('LoupeOperatorKey');
  if (operatorKey !== undefined && operatorKey === secrets.get('LoupeSecret'))
    problems.push('LoupeSecret and LoupeOperatorKey are the same');

  const previous = secrets.get('LoupePreviousSecret');
  if (previous !== undefined && previous.length < 32)
    problems.push('The secret LoupePreviousSecret is shorter than 32 characters');
  if (previous !== undefined && previous === secrets.get('LoupeSecret'))
    problems.push('LoupeSecret and LoupePreviousSecret are the same');

  const together = (names: readonly string[]) => {
    const missing = names.filter((name) => !has(name));
    if (missing.length > 0 && missing.length < names.length)
      problems.push(
        `${names.filter(has).join(', ')} ${names.length - missing.length === 1 ? 'is' : 'are'} set without ${missing.join(', ')}`,
      );
  };
  together(['AzureOpenaiApiKey', 'AzureOpenaiEndpoint']);
  if (has('AzureOpenaiApiVersion') && !has('AzureOpenaiApiKey'))
    problems.push('AzureOpenaiApiVersion is set without AzureOpenaiApiKey');
  together(['VertexCredentials', 'VertexProject', 'VertexLocation']);

  for (const name of ['OpenaiBaseUrl', 'GeminiBaseUrl', 'AzureOpenaiEndpoint']) {
    const value = secrets.get(name);
    if (value !== undefined && !/^https:\/\//.test(value))
      problems.push(`The secret ${name} is no address that begins with https://`);
  }
  for (const name of ['VertexCredentials', 'ModelPrices']) {
    const value = secrets.get(name);
    if (value !== undefined && !isJsonObject(value)) problems.push(`The secret ${name} is no JSON object`);
  }
  const api = secrets.get('OpenaiApi');
  if (api !== undefined && api !== 'chat' && api !== 'responses')
    problems.push('The secret OpenaiApi must be chat or responses');
  if (has('OtlpHeaders') && !environment.LOUPE_OTLP_ENDPOINT)
    problems.push('The secret OtlpHeaders is set, but not LOUPE_OTLP_ENDPOINT: no spans would be sent');
  return problems;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  OpenAI: ['OpenaiApiKey'],
  'a server with the protocol of OpenAI': ['OpenaiBaseUrl'],
  Gemini: ['GeminiApiKey'],
  'Azure OpenAI': ['AzureOpenaiApiKey', 'AzureOpenaiEndpoint'],
  'Vertex AI': ['VertexCredentials', 'VertexProject', 'VertexLocation'],
  'Vertex AI by a key': ['VertexApiKey'],
};

/** Providers of models whose secrets are complete. */
export function listProviders(secrets: ReadonlyMap<string, string>): string[] {
  return Object.entries(PROVIDERS)
    .filter(([, names]) => names.every((name) => secrets.has(name)))
    .map(([provider]) => provider);
}
