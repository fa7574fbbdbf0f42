import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { putObject, readRow } from './clients.ts';

/** `POST /things?key=…` stores the body as an object; `GET /things?key=…` answers the row made of it. */
export async function handler(event: APIGatewayProxyEventV2): Promise<object> {
  const key = event.queryStringParameters?.key ?? '';
  if (event.requestContext.http.method === 'POST') {
    await putObject(key, event.body ?? '');
    return { statusCode: 202 };
  }
  const text = await readRow(key);
  return text === undefined ? { statusCode: 404 } : { statusCode: 200, body: text };
}
