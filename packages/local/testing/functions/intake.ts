import type { S3Event, SQSEvent } from 'aws-lambda';
import { putRow, readObject } from './clients.ts';

/** Turns every new object into a row of its text in capitals. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    // S3's test event has no records.
    const { Records: events = [] } = JSON.parse(body) as Partial<S3Event>;
    for (const { s3 } of events) {
      const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
      await putRow(key, (await readObject(key)).toUpperCase());
    }
  }
}
