/**
 * Where the text stands among the pictures: as arXiv 2403.11083 has it for the provider (GPT-4V text, references, query;
 * Gemini references, query, text), or before, after, or between references and query. What comes first and stays the same
 * from one question to the next is what providers cache.
 */
export const CONTENT_ORDERS = ['PROVIDER', 'TEXT_FIRST', 'TEXT_LAST', 'REFERENCES_FIRST'] as const;

export type ContentOrder = (typeof CONTENT_ORDERS)[number];
