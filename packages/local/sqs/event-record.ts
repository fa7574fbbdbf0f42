import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { describeSystemAttributes, type ReceivedMessage } from './message.ts';

export interface RecordOrigin {
  readonly queueArn: string;
  readonly region: string;
  readonly senderId: string;
}

/** The event a Lambda function gets for a batch. */
export function describeEvent(messages: readonly ReceivedMessage[], origin: RecordOrigin): SQSEvent {
  return { Records: messages.map((message) => describeRecord(message, origin)) };
}

function describeRecord(message: ReceivedMessage, { queueArn, region, senderId }: RecordOrigin): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: describeSystemAttributes(message, senderId) as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.bodyMd5,
    ...(message.attributesMd5 === undefined ? {} : { md5OfMessageAttributes: message.attributesMd5 }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
