/** The one place where the demo reads its environment. */

/** The model the environment has a key for; the embedded detector when it has none. */
export function chooseModel(): { readonly model: string; readonly because: string } {
  const { LOUPE_DEMO_MODEL, OPENAI_API_KEY, GEMINI_API_KEY, LOUPE_OPENAI_BASE_URL } = process.env;
  if (LOUPE_DEMO_MODEL) return { model: LOUPE_DEMO_MODEL, because: 'LOUPE_DEMO_MODEL names it' };
  if (OPENAI_API_KEY) return { model: 'gpt-5-mini', because: 'OPENAI_API_KEY is set' };
  if (GEMINI_API_KEY) return { model: 'gemini-3.5-flash', because: 'GEMINI_API_KEY is set' };
  const hint = LOUPE_OPENAI_BASE_URL
    ? '; name a model of your server with LOUPE_DEMO_MODEL=openai-compatible/…'
    : '';
  return { model: 'loupe/reference-match', because: `embedded, offline; no provider key is set${hint}` };
}
