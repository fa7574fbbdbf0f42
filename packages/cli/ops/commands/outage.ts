import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { findTable } from '../names.ts';
import { describeQueues, describeUnfinished, readQueues, readUnfinished } from '../read-work.ts';

interface CircuitState {
  readonly model: string;
  /** `OPEN`: nobody calls. `PROBING`: a call finds out, or is about to, whether the provider is back. */
  readonly circuit: 'CLOSED' | 'OPEN' | 'PROBING';
  /** Failures since the last answer. */
  readonly failures: number;
  readonly opensAgain: string | null;
  /** Until when the provider asked for a pause. */
  readonly pausedUntil: string | null;
}

interface PaceRow {
  readonly pk: string;
  readonly state: {
    readonly pausedUntil: number;
    readonly circuit: { readonly failures: number; readonly openUntil: number };
  };
}

export const outage: Command = {
  name: 'outage',
  arguments: [],
  summary: 'which providers of models are away: circuit breakers, queues, age of unfinished work',
  options: { table: { type: 'string', about: 'name of the table, when there are several' } },
  changes: false,
  async run(input, context) {
    const table = await findTable(context, input);
    const [circuits, queues, unfinished] = await Promise.all([
      readCircuits(context, table),
      readQueues(context, input.stage),
      readUnfinished(context, input),
    ]);
    return {
      ok: circuits.every(({ circuit }) => circuit === 'CLOSED'),
      data: { circuits, queues, unfinished },
      lines: [
        ...(circuits.length === 0 ? ['no model was asked in the last seven days'] : []),
        ...circuits.map(describeCircuit),
        ...describeQueues(queues),
        ...describeUnfinished(unfinished),
      ],
    };
  },
};

const BATCH = 100;

/** The calendars of calls that are kept, found by the register of their keys. */
async function readCircuits({ documents, clock }: Context, table: string): Promise<CircuitState[]> {
  const keys: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :register',
        ExpressionAttributeValues: { ':register': 'operator#paceKeys#all' },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    keys.push(...(page.Items ?? []).map(({ sk }) => `operator#pace#${sk}`));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);

  const rows: PaceRow[] = [];
  for (let from = 0; from < keys.length; from += BATCH) {
    const Keys = keys.slice(from, from + BATCH).map((pk) => ({ pk, sk: '#' }));
    const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [table]: { Keys } } }));
    rows.push(...((Responses?.[table] ?? []) as PaceRow[]));
  }
  return rows.map((row) => readCircuit(row, clock())).toSorted((a, b) => a.model.localeCompare(b.model));
}

function readCircuit({ pk, state: { circuit, pausedUntil } }: PaceRow, now: number): CircuitState {
  const { openUntil, failures } = circuit;
  return {
    model: pk.replace('operator#pace#', ''),
    circuit: openUntil === 0 ? 'CLOSED' : openUntil > now ? 'OPEN' : 'PROBING',
    failures,
    opensAgain: openUntil > now ? new Date(openUntil).toISOString() : null,
    pausedUntil: pausedUntil > now ? new Date(pausedUntil).toISOString() : null,
  };
}

function describeCircuit({ model, circuit, failures, opensAgain, pausedUntil }: CircuitState): string {
  const parts = [
    `circuit ${model}: ${circuit}`,
    ...(failures > 0 ? [`${failures} failures since the last answer`] : []),
    ...(opensAgain ? [`asked again at ${opensAgain}`] : []),
    ...(pausedUntil ? [`the provider asked for a pause until ${pausedUntil}`] : []),
  ];
  return parts.join(', ');
}
