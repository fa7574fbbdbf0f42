import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { bucket, table } from './environment.ts';

const dynamodb = new DynamoDBClient();
const s3 = new S3Client({ forcePathStyle: true });

export async function putObject(key: string, body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

export async function readObject(key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

export async function putRow(id: string, text: string): Promise<void> {
  await dynamodb.send(
    new PutItemCommand({ TableName: table, Item: { pk: { S: id }, sk: { S: 'row' }, text: { S: text } } }),
  );
}

export async function readRow(id: string): Promise<string | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: id }, sk: { S: 'row' } } }),
  );
  return Item?.text?.S;
}
