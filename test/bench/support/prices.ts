import type { Metered } from '../../support/metered-cloud.ts';

const MILLION = 1_000_000;
const GB = 2 ** 30;

/**
 * USD: us-east-1, on demand, without free tiers, as the price pages of the services had them in 2025 (DynamoDB, S3
 * Standard, SQS standard, Lambda arm64, API Gateway HTTP API, CloudWatch Logs). They change: set yours here.
 */
const PRICES = {
  dynamodbWriteUnit: 0.625 / MILLION,
  dynamodbReadUnit: 0.125 / MILLION,
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  sqsRequest: 0.4 / MILLION,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / MILLION,
  httpApiRequest: 1 / MILLION,
  logsGb: 0.5,
};

/** A message is sent, received and deleted; on the local cloud the latter two happen inside. */
const REQUESTS_PER_MESSAGE = 3;

/** What a piece of work costs, in USD by service. @param apiCalls how often a caller asks the API, each time as long as was measured */
export function priceWork(
  { units, requests, gbSeconds, invocations, logBytes }: Metered,
  apiCalls: number,
): Record<'dynamodb' | 's3' | 'sqs' | 'lambda' | 'api' | 'logs', number> {
  const { api = 0, ...workers } = invocations;
  const apiSeconds = api === 0 ? 0 : (gbSeconds.api ?? 0) / api;
  const messages = sum(workers, /./);
  return {
    dynamodb: units.write * PRICES.dynamodbWriteUnit + units.read * PRICES.dynamodbReadUnit,
    s3: sum(requests, /^s3\.(PUT|POST)$/) * PRICES.s3Put + sum(requests, /^s3\.(GET|HEAD)$/) * PRICES.s3Get,
    sqs: messages * REQUESTS_PER_MESSAGE * PRICES.sqsRequest,
    lambda:
      (sumWorkerSeconds({ gbSeconds }) + apiCalls * apiSeconds) * PRICES.lambdaGbSecond +
      (messages + apiCalls) * PRICES.lambdaRequest,
    api: apiCalls * PRICES.httpApiRequest,
    logs: (logBytes / GB) * PRICES.logsGb,
  };
}

/** GB-seconds of all functions but the API's. */
export function sumWorkerSeconds({ gbSeconds }: Pick<Metered, 'gbSeconds'>): number {
  return sum(gbSeconds, /./) - (gbSeconds.api ?? 0);
}

function sum(counts: Readonly<Record<string, number>>, match: RegExp): number {
  return Object.entries(counts).reduce((total, [name, count]) => total + (match.test(name) ? count : 0), 0);
}
