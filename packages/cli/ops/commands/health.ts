import { readApiUrl, URL_OPTION } from '../api.ts';
import type { Command } from '../command.ts';
import { describeQueues, describeUnfinished, readQueues, readUnfinished } from '../read-work.ts';

/** The age of the oldest message at which the alarm `<queue>-late` goes off, too. */
const LATE_SECONDS = 15 * 60;
/** The HTTP API itself waits no longer for the function. */
const ANSWER_WITHIN_MS = 30_000;

export const health: Command = {
  name: 'health',
  arguments: [],
  summary: 'whether the API answers, what waits in the queues, what is dead or late',
  options: {
    url: URL_OPTION,
    table: { type: 'string', about: 'name of the table, when there are several' },
  },
  changes: false,
  async run(input, context) {
    const url = `${readApiUrl(input, context)}/health`;
    const [api, queues, unfinished] = await Promise.all([
      askHealth(url),
      readQueues(context, input.stage),
      readUnfinished(context, input),
    ]);
    const problems = [
      ...(api === 'ok' ? [] : [`${url} does not answer as it should: ${api}`]),
      ...queues.filter(({ dead }) => dead > 0).map(({ queue, dead }) => `${queue} has ${dead} dead letters`),
      ...unfinished
        .filter(({ oldestSeconds }) => oldestSeconds > LATE_SECONDS)
        .map(({ kind, oldestSeconds }) => `work on a ${kind} is outstanding for ${oldestSeconds} s`),
    ];
    return {
      ok: problems.length === 0,
      data: { api, queues, unfinished, problems },
      lines: [
        `API: ${api}`,
        ...describeQueues(queues),
        ...describeUnfinished(unfinished),
        ...problems.map((problem) => `PROBLEM ${problem}`),
      ],
    };
  },
};

async function askHealth(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? 'ok' : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `${error.name} ${String(error.cause ?? error.message)}` : String(error);
  }
}
