/**
 * Everything a credential can be allowed to do: the one list that the domain checks, the API shows and `docs/roles.md`
 * is made from. Names are the stable dotted names of the operations.
 */

/** From the least to the most. Each may do what those before it may. */
export const ROLES = ['VIEWER', 'INSPECTOR', 'ENGINEER', 'ADMIN', 'OWNER'] as const;

export type Role = (typeof ROLES)[number];

interface ActionEntry {
  /** What it lets one do, for people. */
  readonly does: string;
  /** The least role in a tenant that may; none for what happens outside of tenants. */
  readonly least?: Role;
  /** The operator may, too. */
  readonly operator?: true;
  /** Any person whom the issuer vouches for may, member or not. */
  readonly person?: true;
  /** An upload token may, too. */
  readonly upload?: true;
}

export const ACTIONS = {
  'apiKey.create': { does: 'Make an API key, with no more rights than one’s own', least: 'ADMIN' },
  'apiKey.read': { does: 'See API keys, never their secrets', least: 'ADMIN' },
  'apiKey.revoke': { does: 'End an API key', least: 'ADMIN' },
  'apiKey.rotate': { does: 'Give an API key a new secret', least: 'ADMIN' },
  'dataset.archive': { does: 'Take a dataset out of the lists', least: 'ENGINEER' },
  'dataset.create': { does: 'Make a dataset', least: 'ENGINEER' },
  'dataset.delete': { does: 'Delete a dataset with the evaluations on it', least: 'ADMIN' },
  'dataset.read': { does: 'See datasets and their versions', least: 'VIEWER' },
  'dataset.update': { does: 'Add to a dataset, by hand or by import', least: 'ENGINEER' },
  'deletion.read': { does: 'See deletions and their certificates', least: 'ADMIN', operator: true },
  'evaluation.cancel': { does: 'End an evaluation early', least: 'ENGINEER' },
  'evaluation.create': { does: 'Evaluate a profile, or go on with an evaluation', least: 'ENGINEER' },
  'evaluation.delete': { does: 'Delete an evaluation', least: 'ADMIN' },
  'evaluation.read': { does: 'See evaluations, their figures and items', least: 'VIEWER' },
  'export.create': { does: 'Have everything the tenant owns written down', least: 'OWNER' },
  'export.read': { does: 'See exports and load their files', least: 'OWNER' },
  'audit.read': { does: 'See who did what', least: 'ADMIN' },
  'connection.archive': { does: 'End a connection to a provider of models', least: 'ADMIN' },
  'connection.check': { does: 'Ask a provider whether it takes the connection’s key', least: 'ADMIN' },
  'connection.create': { does: 'Keep a provider’s key for the tenant', least: 'ADMIN' },
  'connection.read': { does: 'See connections, never their keys', least: 'ADMIN' },
  'inspection.archive': { does: 'Take an inspection out of the lists', least: 'INSPECTOR' },
  'inspection.ask': { does: 'Ask a model about an inspection', least: 'INSPECTOR' },
  'inspection.audit': { does: 'See the prompts and raw answers behind a verdict', least: 'ENGINEER' },
  'inspection.create': { does: 'Have a sample judged', least: 'INSPECTOR', upload: true },
  'inspection.delete': { does: 'Delete an inspection', least: 'ADMIN' },
  'inspection.read': { does: 'See inspections', least: 'VIEWER' },
  'inspection.update': { does: 'Change an inspection’s label', least: 'INSPECTOR' },
  'invitation.accept': { does: 'Join a tenant that invited one’s verified address', person: true },
  'member.invite': { does: 'Invite a person, to at most one’s own role', least: 'ADMIN' },
  'member.read': { does: 'See the people of the tenant, and open invitations', least: 'ADMIN' },
  'member.remove': { does: 'Take a person out of the tenant', least: 'ADMIN' },
  'member.update': { does: 'Change a person’s role', least: 'ADMIN' },
  'model.read': { does: 'See which models there are', least: 'VIEWER' },
  'profile.archive': { does: 'Take a profile out of service', least: 'ENGINEER' },
  'profile.create': { does: 'Make a profile', least: 'ENGINEER' },
  'profile.draft': { does: 'Have a model propose a profile', least: 'ENGINEER' },
  'profile.read': { does: 'See profiles and their versions', least: 'VIEWER' },
  'profile.update': { does: 'Change a profile', least: 'ENGINEER' },
  'retention.read': { does: 'See how long what is kept', least: 'VIEWER' },
  'retention.update': { does: 'Say how long what is kept', least: 'ADMIN' },
  'review.create': { does: 'Confirm or overturn a verdict', least: 'INSPECTOR' },
  'sample.archive': { does: 'Take a sample out of the lists', least: 'INSPECTOR' },
  'sample.create': { does: 'Announce a file and upload it', least: 'INSPECTOR', upload: true },
  'sample.delete': { does: 'Delete a sample, its file and views', least: 'ADMIN' },
  'sample.read': { does: 'See samples, their files and views', least: 'VIEWER' },
  'sample.renewUpload': { does: 'Get a new ticket for a file', least: 'INSPECTOR' },
  'sample.update': { does: 'Change a sample’s label', least: 'INSPECTOR' },
  'tenant.archive': { does: 'Suspend a tenant', operator: true },
  'tenant.create': { does: 'Make a tenant', operator: true },
  'tenant.delete': { does: 'Have the tenant deleted, or call that off', least: 'OWNER', operator: true },
  'tenant.list': { does: 'See all tenants', operator: true },
  'tenant.read': { does: 'See the tenant', least: 'VIEWER', operator: true },
  'tenant.restore': { does: 'Put a suspended tenant back to work', operator: true },
  'tenant.setRetention': {
    does: 'Say how long the tenant’s audit entries are kept',
    least: 'OWNER',
    operator: true,
  },
  'tenant.setPlan': { does: 'Give a tenant another plan', operator: true },
  'tenant.signUp': { does: 'Make a tenant of one’s own, where sign-up is open', person: true },
  'tenant.transfer': { does: 'Make, change and remove owners', least: 'OWNER' },
  'tenant.update': { does: 'Change the tenant', least: 'ADMIN', operator: true },
  'usage.read': { does: 'See what was used, and of which quotas', least: 'VIEWER' },
  'uploadToken.create': { does: 'Make a short-lived token that can only upload', least: 'INSPECTOR' },
  'webhook.archive': { does: 'End a webhook', least: 'ENGINEER' },
  'webhook.create': { does: 'Make a webhook', least: 'ENGINEER' },
  'webhook.read': { does: 'See webhooks and their deliveries', least: 'ENGINEER' },
  'webhook.redeliver': { does: 'Send a delivery once more', least: 'ENGINEER' },
  'webhook.rotateSecret': { does: 'Give a webhook a new secret', least: 'ENGINEER' },
  'webhook.test': { does: 'Send a test event', least: 'ENGINEER' },
  'webhook.update': { does: 'Change a webhook', least: 'ENGINEER' },
} as const satisfies Readonly<Record<string, ActionEntry>>;

export type Action = keyof typeof ACTIONS;

const entries = Object.entries<ActionEntry>(ACTIONS) as readonly (readonly [Action, ActionEntry])[];

function pick(isAllowed: (entry: ActionEntry) => boolean): ReadonlySet<Action> {
  return new Set(entries.filter(([, entry]) => isAllowed(entry)).map(([action]) => action));
}

export const actionsOfRole = Object.fromEntries(
  ROLES.map((role, rank) => [role, pick(({ least }) => least !== undefined && ROLES.indexOf(least) <= rank)]),
) as Readonly<Record<Role, ReadonlySet<Action>>>;

export const operatorActions = pick(({ operator }) => operator === true);
export const personActions = pick(({ person }) => person === true);
export const uploadActions = pick(({ upload }) => upload === true);

export function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}

/** The table of roles and actions, in Markdown. */
export function renderRolesTable(): string {
  const columns = [...ROLES, 'operator', 'any person', 'upload token'];
  const rows = entries.map(([action, entry]) => {
    const marks = [
      ...ROLES.map((role) => actionsOfRole[role].has(action)),
      operatorActions.has(action),
      personActions.has(action),
      uploadActions.has(action),
    ].map((isAllowed) => (isAllowed ? '✓' : ''));
    return `| \`${action}\` | ${entry.does} | ${marks.join(' | ')} |`;
  });
  return [
    `| action | what it allows | ${columns.join(' | ')} |`,
    `| --- | --- | ${columns.map(() => ':-:').join(' | ')} |`,
    ...rows,
  ].join('\n');
}
