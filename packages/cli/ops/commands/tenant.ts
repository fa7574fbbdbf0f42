import type { Client } from '@loupe/sdk';
import { openOperator, URL_OPTION } from '../api.ts';
import { type Command, describeDryRun, type Report, UsageError } from '../command.ts';

interface TenantView {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly createdAt: string;
  readonly archivedAt: string | null;
}

const FIELDS = 'id name plan createdAt archivedAt';

export const showTenant: Command = {
  name: 'tenant show',
  arguments: ['ID'],
  summary: 'name, plan and whether it is suspended; needs LOUPE_OPERATOR_KEY',
  options: { url: URL_OPTION },
  changes: false,
  async run(input, context) {
    return describeTenant(await readTenant(openOperator(input, context), input.arguments[0]));
  },
};

export const suspendTenant: Command = {
  name: 'tenant suspend',
  arguments: ['ID'],
  summary: 'refuses its credentials within seconds; its data stays; needs LOUPE_OPERATOR_KEY',
  options: { url: URL_OPTION },
  changes: true,
  run: async (input, context) =>
    changeTenant(openOperator(input, context), input.arguments[0], 'archiveTenant', input.apply),
};

export const resumeTenant: Command = {
  name: 'tenant resume',
  arguments: ['ID'],
  summary: 'puts a suspended tenant back to work; needs LOUPE_OPERATOR_KEY',
  options: { url: URL_OPTION },
  changes: true,
  run: async (input, context) =>
    changeTenant(openOperator(input, context), input.arguments[0], 'restoreTenant', input.apply),
};

async function changeTenant(
  client: Client,
  id: string | undefined,
  mutation: 'archiveTenant' | 'restoreTenant',
  apply: boolean,
): Promise<Report> {
  const tenant = await readTenant(client, id);
  const verb = mutation === 'archiveTenant' ? 'suspended' : 'put back to work';
  if (!apply) return describeDryRun([`${tenant.name} (${tenant.id}) would be ${verb}.`], { tenant });
  const answer = await client.request<
    Record<string, { tenant: TenantView | null; errors: { message: string }[] }>
  >(`mutation ($id: ID!) { ${mutation}(input: { id: $id }) { tenant { ${FIELDS} } errors { message } } }`, {
    id: tenant.id,
  });
  const payload = answer[mutation];
  if (!payload?.tenant) throw new UsageError(payload?.errors.map(({ message }) => message).join(' ') ?? '');
  return describeTenant(payload.tenant);
}

/** @throws UsageError for an id that is nobody's */
async function readTenant(client: Client, id: string | undefined): Promise<TenantView> {
  const { tenant } = await client.request<{ tenant: TenantView | null }>(
    `query ($id: ID!) { tenant(id: $id) { ${FIELDS} } }`,
    { id },
  );
  if (!tenant) throw new UsageError(`There is no tenant "${id}". Ids look like ten_01H….`);
  return tenant;
}

function describeTenant(tenant: TenantView): Report {
  const state = tenant.archivedAt === null ? 'at work' : `suspended since ${tenant.archivedAt}`;
  return { ok: true, data: { tenant }, lines: [`${tenant.name} (${tenant.id}), ${tenant.plan}: ${state}`] };
}
