import { type Client, createClient } from '@loupe/sdk';
import { type Input, readText, UsageError } from './command.ts';
import type { Context } from './context.ts';

export const URL_OPTION = {
  type: 'string',
  about: 'address of the deployment, as it printed it; default LOUPE_API_URL',
} as const;

/** @throws UsageError when nothing says where the API is */
export function readApiUrl(input: Input, { environment }: Context): string {
  const url = readText(input, 'url') ?? environment.LOUPE_API_URL;
  if (url !== undefined && URL.canParse(url)) return url.replace(/\/(graphql)?$/, '');
  throw new UsageError('Say where the API is: --url https://api.example.com, or LOUPE_API_URL.');
}

/**
 * A client with the operator's key, which is read from the environment alone: arguments are seen by every user of a machine.
 * @throws UsageError without a key
 */
export function openOperator(input: Input, context: Context): Client {
  const apiKey = context.environment.LOUPE_OPERATOR_KEY;
  if (!apiKey) {
    throw new UsageError(
      'LOUPE_OPERATOR_KEY is not set. Put the value of the secret LoupeOperatorKey in it.',
    );
  }
  return createClient({ url: `${readApiUrl(input, context)}/graphql`, apiKey });
}
