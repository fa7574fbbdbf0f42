import type { ModelImage, ModelQuestion } from './messages.ts';

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
