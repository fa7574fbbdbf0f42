/** The one place where the checks of the deployment read the environment they run in. */

/** SST asks for no engine, no Bun, no telemetry, and looks for no account. */
const WITHOUT_ACCOUNT = {
  SST_SKIP_DEPENDENCY_CHECK: '1',
  SST_NO_BUN: '1',
  SST_TELEMETRY_DISABLED: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** For SST's command line and npm: everything of this process. */
export function inheritEnvironment(): Record<string, string | undefined> {
  return { ...process.env, ...WITHOUT_ACCOUNT };
}

/** For what is checked: no more of this process than it takes to run at all. */
export function isolateEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...extra };
}

/** Set by the local cloud for the handler it runs. */
export const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';
export const runtimeHostUrl = process.env.LOUPE_RUNTIME_HOST ?? '';
