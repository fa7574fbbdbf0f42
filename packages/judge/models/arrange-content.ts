import type { ModelImage, ModelQuestion } from './vision-model.ts';

/**
 * Where the text stands among the pictures: as arXiv 2403.11083 has it for the provider (GPT-4V text, references, query;
 * Gemini references, query, text), or before, after, or between references and query. What comes first and stays the same
 * from one question to the next is what providers cache.
 */
export const CONTENT_ORDERS = ['PROVIDER', 'TEXT_FIRST', 'TEXT_LAST', 'REFERENCES_FIRST'] as const;

export type ContentOrder = (typeof CONTENT_ORDERS)[number];

/** The content of a question in the order in which it is sent. */
export function arrangeContent<Part>(
  question: ModelQuestion,
  usual: 'TEXT_FIRST' | 'TEXT_LAST',
  write: { readonly text: (text: string) => Part; readonly image: (image: ModelImage) => Part },
): Part[] {
  const order = question.order === undefined || question.order === 'PROVIDER' ? usual : question.order;
  const text = write.text(question.text);
  const references = question.images.filter(({ role }) => role === 'reference').map(write.image);
  const others = question.images.filter(({ role }) => role !== 'reference').map(write.image);
  if (order === 'TEXT_FIRST') return [text, ...references, ...others];
  return order === 'TEXT_LAST' ? [...references, ...others, text] : [...references, text, ...others];
}
