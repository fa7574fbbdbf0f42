import type OpenAI from 'openai';
import type { ModelError } from './model-error.ts';
import type { ModelQuestion } from './vision-model.ts';

type TokenLimit = 'max_completion_tokens' | 'max_tokens';

/** The parameters that not every model or server takes. */
export type Optional = Pick<
  OpenAI.ChatCompletionCreateParamsNonStreaming,
  'max_completion_tokens' | 'max_tokens' | 'temperature' | 'response_format'
>;

export interface Negotiation {
  readonly write: (question: ModelQuestion) => Optional;
  /** Learns from a refused call; true when it is worth sending again. */
  readonly adapt: (sent: Optional, error: ModelError) => boolean;
}

const REFUSAL =
  /unsupported|not supported|unrecogni[sz]ed|unknown|not permitted|extra_forbidden|not allowed|schema/i;

/**
 * Finds out which parameters a model takes. OpenAI's reasoning models refuse `max_tokens` and `temperature`
 * (`unsupported_parameter`, `unsupported_value`), older servers do not know `max_completion_tokens` or
 * `response_format`. Each is given up at most once, so a call is sent again a bounded number of times; an answer is
 * never left without a limit of tokens.
 */
export function createNegotiation(first: TokenLimit): Negotiation {
  const dropped = new Set<keyof Optional>();
  const other: TokenLimit = first === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';

  function write(question: ModelQuestion): Optional {
    return {
      [dropped.has(first) ? other : first]: question.maxTokens,
      ...(question.temperature === undefined || dropped.has('temperature')
        ? {}
        : { temperature: question.temperature }),
      ...(dropped.has('response_format') ? {} : { response_format: writeFormat(question.schema) }),
    };
  }

  function adapt(sent: Optional, error: ModelError): boolean {
    if (error.code !== 'BAD_REQUEST' || !(error.status === 400 || error.status === 422)) return false;
    const refused = (Object.keys(sent) as (keyof Optional)[]).find((name) => isAbout(error, name));
    if (refused === undefined || refused === other) return false;
    dropped.add(refused);
    return true;
  }
  return { write, adapt };
}

const NAMES = /max_completion_tokens|max_tokens|temperature|response_format|json_schema/;

function isAbout(error: ModelError, name: keyof Optional): boolean {
  if (!REFUSAL.test(error.message)) return false;
  // "Use 'max_completion_tokens' instead" names the other one, so only the first mention counts.
  const about = error.parameter ?? NAMES.exec(error.message)?.[0];
  return (
    about === name ||
    about?.startsWith(`${name}.`) === true ||
    (about === 'json_schema' && name === 'response_format')
  );
}

function writeFormat(schema: Readonly<Record<string, unknown>>): OpenAI.ResponseFormatJSONSchema {
  return { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema: { ...schema } } };
}
