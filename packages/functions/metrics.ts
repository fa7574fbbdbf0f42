/**
 * Metrics in CloudWatch's embedded metric format: a log line from which CloudWatch makes the metrics it names
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
import { platform } from './platform.ts';
import { findStep } from './step.ts';

const NAMESPACE = 'Loupe';

type Unit = 'Count' | 'Milliseconds' | 'None';

const UNITS = {
  StepMs: 'Milliseconds',
  StepFailures: 'Count',
  QueueAgeMs: 'Milliseconds',
  Inspections: 'Count',
  InspectionFailures: 'Count',
  ModelFailures: 'Count',
  ModelLatencyMs: 'Milliseconds',
  ModelInputTokens: 'Count',
  ModelOutputTokens: 'Count',
  ModelCostMicroUsd: 'None',
  ModelCostUnknown: 'Count',
} as const satisfies Readonly<Record<string, Unit>>;

export type MetricName = keyof typeof UNITS;

/**
 * Writes the values for the whole stage and for each of the dimensions too. A dimension's values must be few: each is a
 * metric that is paid for. Ids belong to the step's fields, by which the lines are searched.
 */
export function writeMetrics(
  values: Readonly<Partial<Record<MetricName, number | undefined>>>,
  dimensions: Readonly<Record<string, string | undefined>> = {},
): void {
  const known = Object.entries(values).filter(
    (entry): entry is [MetricName, number] => entry[1] !== undefined,
  );
  if (known.length === 0) return;
  const given = Object.entries(dimensions).filter(([, value]) => value !== undefined);
  const line = {
    _aws: {
      Timestamp: platform.clock(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['Stage'], ...given.map(([name]) => ['Stage', name])],
          Metrics: known.map(([name]) => ({ Name: name, Unit: UNITS[name] })),
        },
      ],
    },
    ...findStep()?.fields,
    Stage: platform.stage,
    ...Object.fromEntries(given),
    ...Object.fromEntries(known),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What a model was paid for a question, a draft or a part of an evaluation; lines of inspections say more. */
export function writeModelUse({
  inputTokens,
  outputTokens,
  costMicroUsd,
  costUnknownCount,
}: {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costMicroUsd?: number | undefined;
  readonly costUnknownCount?: number | undefined;
}): void {
  writeMetrics({
    ModelInputTokens: inputTokens,
    ModelOutputTokens: outputTokens,
    ModelCostMicroUsd: costMicroUsd,
    ModelCostUnknown: costUnknownCount || undefined,
  });
}
