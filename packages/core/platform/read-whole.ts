import type { GetObjectCommandInput, GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';

const TRIES = 3;

/**
 * An object, or a range of it, with what the store says of it. The SDK tries again until an answer begins; when its connection
 * breaks after that, it is asked for anew here.
 */
export async function readWhole(
  sdk: typeof import('@aws-sdk/client-s3'),
  client: S3Client,
  input: GetObjectCommandInput,
): Promise<{ readonly answer: GetObjectCommandOutput; readonly bytes: Uint8Array }> {
  for (let tries = 1; ; tries++) {
    const answer = await client.send(new sdk.GetObjectCommand(input));
    if (!answer.Body) throw new Error(`The object store answered without a body for ${input.Key}.`);
    try {
      return { answer, bytes: await answer.Body.transformToByteArray() };
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}
