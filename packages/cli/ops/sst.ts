import { UsageError } from './command.ts';
import type { Context } from './context.ts';

/** The version that `sst.config.ts` asks for. */
export const SST = 'sst@4.17.1';

/**
 * The secrets of a stage by name, as `sst secret list` prints them: a line `Name=value` each.
 * @throws UsageError when SST cannot read them
 */
export async function readSecrets(context: Context, stage: string): Promise<ReadonlyMap<string, string>> {
  const { status, stdout, stderr } = await context.runTool('npx', [SST, 'secret', 'list', '--stage', stage]);
  if (status === 0) return parseSecrets(stdout);
  // Of what failed nothing is shown that could be a value.
  const reason = stderr.split('\n').find((line) => /^(Error|✕|.*(credential|region|denied))/i.test(line));
  throw new UsageError(
    `npx ${SST} secret list --stage ${stage} ended with ${status}.${reason ? ` ${reason.trim()}` : ''}`,
  );
}

/** Later lines win: SST prints the fallback values of all stages first. */
export function parseSecrets(text: string): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9]*)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined && value !== '') secrets.set(name, value);
  }
  return secrets;
}

/** @throws UsageError when SST does not store it */
export async function writeSecret(
  context: Context,
  stage: string,
  name: string,
  value: string,
): Promise<void> {
  const { status } = await context.runTool('npx', [SST, 'secret', 'set', name, value, '--stage', stage]);
  if (status !== 0) throw new UsageError(`npx ${SST} secret set ${name} … ended with ${status}.`);
}

/** @throws UsageError when SST does not remove it, or has none */
export async function removeSecret(context: Context, stage: string, name: string): Promise<void> {
  const { status } = await context.runTool('npx', [SST, 'secret', 'remove', name, '--stage', stage]);
  if (status !== 0) throw new UsageError(`npx ${SST} secret remove ${name} ended with ${status}.`);
}
