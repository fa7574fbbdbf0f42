import { resources } from '../packages/core/platform/resources.ts';
import { alarmTopic } from './alarm-topic.ts';
import { api } from './api.ts';
import { renderComponentName } from './component-name.ts';
import { options } from './environment.ts';
import { renderAccountName } from './names.ts';

const MINUTE_SECONDS = 60;
/** Work older than this is not on its way any more: the sweep sends what is overdue every minute. */
const OLDEST_MESSAGE_SECONDS = 15 * MINUTE_SECONDS;
const ERROR_SHARE_PERCENT = 5;
const API_P99_MS = 3000;
const MICRO_USD = 1_000_000;

type AlarmArgs = Omit<aws.cloudwatch.MetricAlarmArgs, 'name' | 'alarmActions' | 'okActions'>;

function raiseAlarm(name: string, args: AlarmArgs): void {
  new aws.cloudwatch.MetricAlarm(`${renderComponentName(name)}Alarm`, {
    name: renderAccountName(name),
    alarmActions: [alarmTopic.arn],
    okActions: [alarmTopic.arn],
    treatMissingData: 'notBreaching',
    ...args,
  });
}

for (const { name, deadLetter } of resources.queues) {
  const dimensions = { QueueName: renderAccountName(name) };
  if (deadLetter) {
    raiseAlarm(`${name}-late`, {
      alarmDescription: `The oldest message of "${name}" waits for more than ${OLDEST_MESSAGE_SECONDS / MINUTE_SECONDS} min: its function fails, is throttled, or its model is away. Runbook: "Work does not get done".`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions,
      statistic: 'Maximum',
      period: 5 * MINUTE_SECONDS,
      evaluationPeriods: 2,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: OLDEST_MESSAGE_SECONDS,
    });
  } else {
    raiseAlarm(`${name}-letters`, {
      alarmDescription: `"${name}" holds messages that no attempt could work off. Runbook: "Dead letters".`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions,
      statistic: 'Maximum',
      period: MINUTE_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
    });
  }
}

for (const { name } of resources.functions) {
  const dimensions = { FunctionName: renderAccountName(name) };
  const metric = (id: string, metricName: string) => ({
    id,
    metric: { namespace: 'AWS/Lambda', metricName, dimensions, stat: 'Sum', period: 5 * MINUTE_SECONDS },
  });
  raiseAlarm(`${name}-errors`, {
    alarmDescription: `More than ${ERROR_SHARE_PERCENT} % of the invocations of "${name}" end in an error. Runbook: "A function fails".`,
    metricQueries: [
      metric('errors', 'Errors'),
      metric('invocations', 'Invocations'),
      {
        id: 'share',
        expression: '100 * errors / MAX([invocations, 1])',
        label: 'errors, %',
        returnData: true,
      },
    ],
    evaluationPeriods: 2,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: ERROR_SHARE_PERCENT,
  });
  raiseAlarm(`${name}-throttles`, {
    alarmDescription: `Invocations of "${name}" are throttled: the account's concurrency is used up. Runbook: "The account's limits".`,
    namespace: 'AWS/Lambda',
    metricName: 'Throttles',
    dimensions,
    statistic: 'Sum',
    period: 5 * MINUTE_SECONDS,
    evaluationPeriods: 2,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
  });
}

const apiDimensions = { ApiId: api.nodes.api.id };

raiseAlarm('api-faults', {
  alarmDescription: 'The API answers with 5xx. Runbook: "A function fails".',
  namespace: 'AWS/ApiGateway',
  metricName: '5xx',
  dimensions: apiDimensions,
  statistic: 'Sum',
  period: 5 * MINUTE_SECONDS,
  evaluationPeriods: 1,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 5,
});

raiseAlarm('api-slow', {
  alarmDescription: `One request in a hundred takes longer than ${API_P99_MS / 1000} s. Runbook: "A function fails".`,
  namespace: 'AWS/ApiGateway',
  metricName: 'Latency',
  dimensions: apiDimensions,
  extendedStatistic: 'p99',
  period: 5 * MINUTE_SECONDS,
  evaluationPeriods: 3,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: API_P99_MS,
});

/** Metrics of the service's own, written by `packages/functions/metrics.ts`. */
const ownMetric = { namespace: 'Loupe', dimensions: { Stage: $app.stage } };

raiseAlarm('provider-outage', {
  alarmDescription: 'A model provider fails or refuses most calls. Runbook: "A provider is away".',
  ...ownMetric,
  metricName: 'ModelFailures',
  statistic: 'Sum',
  period: 5 * MINUTE_SECONDS,
  evaluationPeriods: 2,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 20,
});

raiseAlarm('model-spend', {
  alarmDescription: `Models cost more than ${options.hourlyModelSpendUsd} USD in an hour. Runbook: "Spending".`,
  ...ownMetric,
  metricName: 'ModelCostMicroUsd',
  statistic: 'Sum',
  period: 60 * MINUTE_SECONDS,
  evaluationPeriods: 1,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: options.hourlyModelSpendUsd * MICRO_USD,
});

if (options.monthlyBudgetUsd !== undefined && options.alarmEmail !== undefined) {
  const subscriberEmailAddresses = [options.alarmEmail];
  new aws.budgets.Budget('Budget', {
    name: renderAccountName('month'),
    budgetType: 'COST',
    limitAmount: String(options.monthlyBudgetUsd),
    limitUnit: 'USD',
    timeUnit: 'MONTHLY',
    // SST tags what it makes with the app and the stage; cost allocation tags are switched on once per account.
    costFilters: [{ name: 'TagKeyValue', values: [`user:sst:stage$${$app.stage}`] }],
    notifications: [80, 100].map((threshold) => ({
      comparisonOperator: 'GREATER_THAN',
      threshold,
      thresholdType: 'PERCENTAGE',
      notificationType: 'ACTUAL',
      subscriberEmailAddresses,
    })),
  });
}
