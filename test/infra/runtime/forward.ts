import { functionName, runtimeHostUrl } from '../environment.ts';

/** Stands in the local cloud for every function: hands the event to its bundle under AWS's runtime client. */
export async function handler(event: unknown): Promise<unknown> {
  const response = await fetch(`${runtimeHostUrl}/${functionName}`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${functionName}: ${text}`);
  return JSON.parse(text);
}
