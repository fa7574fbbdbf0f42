import { resources } from '../packages/core/platform/resources.ts';
import { api } from './api.ts';
import { renderAccountName } from './names.ts';

const { region } = aws.getRegionOutput({});

type Metric = readonly unknown[];

/** Two columns of twelve units each: CloudWatch lays 24 units to a row. */
const WIDTH = 12;
const HEIGHT = 6;

function drawGraph(
  regionName: string,
  title: string,
  metrics: readonly Metric[],
  stat: string,
  position: number,
) {
  return {
    type: 'metric',
    x: (position % 2) * WIDTH,
    y: Math.floor(position / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: regionName, metrics, stat, period: 300, view: 'timeSeries' },
  };
}

new aws.cloudwatch.Dashboard('Dashboard', {
  dashboardName: renderAccountName('overview'),
  dashboardBody: $resolve([region, api.nodes.api.id]).apply(([regionName, apiId]) => {
    const work = resources.queues
      .filter(({ deadLetter }) => deadLetter)
      .map(({ name }) => renderAccountName(name));
    const dead = resources.queues
      .filter(({ deadLetter }) => !deadLetter)
      .map(({ name }) => renderAccountName(name));
    const functions = resources.functions.map(({ name }) => renderAccountName(name));
    const own = (name: string): Metric => ['Loupe', name, 'Stage', $app.stage];
    const graphs: readonly [title: string, metrics: readonly Metric[], stat: string][] = [
      [
        'Requests and faults',
        ['Count', '4xx', '5xx'].map((name) => ['AWS/ApiGateway', name, 'ApiId', apiId]),
        'Sum',
      ],
      ['Latency of the API, p99, ms', [['AWS/ApiGateway', 'Latency', 'ApiId', apiId]], 'p99'],
      [
        'Age of the oldest message, s',
        work.map((name) => ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', name]),
        'Maximum',
      ],
      [
        'Dead letters',
        dead.map((name) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', name]),
        'Maximum',
      ],
      ['Errors of functions', functions.map((name) => ['AWS/Lambda', 'Errors', 'FunctionName', name]), 'Sum'],
      [
        'Duration of functions, p95, ms',
        functions.map((name) => ['AWS/Lambda', 'Duration', 'FunctionName', name]),
        'p95',
      ],
      ['Inspections', [own('Inspections'), own('InspectionFailures'), own('ModelFailures')], 'Sum'],
      ['Model: latency, p95, ms', [own('ModelLatencyMs')], 'p95'],
      ['Model: tokens', [own('ModelInputTokens'), own('ModelOutputTokens')], 'Sum'],
      ['Model: cost, micro-USD', [own('ModelCostMicroUsd')], 'Sum'],
    ];
    return JSON.stringify({
      widgets: graphs.map(([title, metrics, stat], position) =>
        drawGraph(regionName, title, metrics, stat, position),
      ),
    });
  }),
});
