import { readOptions } from '@loupe/core/deployment-options';
import { checkSecrets, listProviders } from '../check-secrets.ts';
import { type Command, type Input, readText, UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { listTables } from '../names.ts';
import { readSecrets } from '../sst.ts';

export const preflight: Command = {
  name: 'preflight',
  arguments: [],
  summary: 'what a deployment of the stage lacks: options, region, credentials, secrets',
  options: {
    region: {
      type: 'string',
      about: 'the region that is meant; another one in the environment is a mistake',
    },
    upgrade: { type: 'boolean', about: 'the stage is deployed already: not to find it is a mistake' },
  },
  changes: false,
  async run(input, context) {
    const [account, secrets] = await Promise.all([
      checkAccount(input, context),
      checkStageSecrets(input, context),
    ]);
    const problems = [
      ...checkStage(input.stage),
      ...checkOptions(context),
      ...account.problems,
      ...secrets.problems,
    ];
    const notes = [...account.notes, ...secrets.notes];
    return {
      ok: problems.length === 0,
      data: { stage: input.stage, region: account.region, problems, notes },
      lines: [
        ...notes,
        ...problems.map((problem) => `PROBLEM ${problem}.`),
        problems.length === 0 ? 'Ready to deploy.' : `${problems.length} to repair before deploying.`,
      ],
    };
  },
};

interface Findings {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

function checkStage(stage: string): string[] {
  if (/^[a-z0-9]{1,20}$/.test(stage)) return [];
  return [`The stage "${stage}" may have lower-case letters and digits alone, at most 20`];
}

function checkOptions({ environment }: Context): string[] {
  try {
    readOptions(environment);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message.replace(/\.$/, '') : String(error)];
  }
}

async function checkAccount(
  input: Input,
  context: Context,
): Promise<Findings & { readonly region: string | null }> {
  const wanted = readText(input, 'region');
  let region: string;
  try {
    region = await context.dynamo.config.region();
  } catch {
    return {
      region: null,
      problems: ['No region is set. Put it into AWS_REGION, or into the profile'],
      notes: [],
    };
  }
  const problems =
    wanted !== undefined && wanted !== region
      ? [`The environment says region ${region}, but ${wanted} is meant. Set AWS_REGION=${wanted}`]
      : [];
  try {
    const tables = await listTables(context, input.stage);
    if (tables.length > 0)
      return { region, problems, notes: [`The stage is deployed in ${region}: ${tables.join(', ')}.`] };
    if (input.values.upgrade === true)
      problems.push(
        `The stage "${input.stage}" is not deployed in ${region}. Is it another region, or account?`,
      );
    return { region, problems, notes: [`Nothing of the stage is in ${region} yet.`] };
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { region, problems: [...problems, `AWS does not take the credentials. ${what}`], notes: [] };
  }
}

async function checkStageSecrets({ stage }: Input, context: Context): Promise<Findings> {
  try {
    const secrets = await readSecrets(context, stage);
    const providers = listProviders(secrets);
    return {
      problems: checkSecrets(secrets, context.environment),
      notes: [
        providers.length === 0
          ? 'No provider of models: the embedded detector alone judges.'
          : `Providers of models: ${providers.join(', ')}.`,
      ],
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { problems: [`The secrets cannot be read. ${error.message.replace(/\.$/, '')}`], notes: [] };
  }
}
