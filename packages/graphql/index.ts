export { createContext, type RequestContext } from './context.ts';
export { createContextError } from './errors.ts';
export { createGate, type Refusal } from './gate.ts';
export type { ModelDirectory, ModelEntry, PriceEntry } from './models.ts';
export type { PromptCallPreview, PromptDirectory, PromptPreview } from './prompts.ts';
export { createServer } from './server.ts';
export { resolveDocument } from './trusted-documents.ts';
