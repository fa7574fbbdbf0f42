import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOps } from '../support/run-ops.ts';

/**
 * What the local cloud has no counterpart of: backups of tables and the secrets of SST. A server answers as DynamoDB's
 * JSON protocol does.
 */
let server: Server;
let environment: Record<string, string>;
let answers: Record<string, object>;
let requests: { readonly operation: string; readonly input: object }[];

const TABLE = {
  TableName: 'loupe-production-LoupeTable-abc',
  TableStatus: 'ACTIVE',
  ItemCount: 7,
  DeletionProtectionEnabled: true,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: ['byTenant', 'byParent', 'byDue'].map((IndexName) => ({
    IndexName,
    IndexStatus: 'ACTIVE',
  })),
};
const seconds = (time: string) => Date.parse(time) / 1000;
const RECOVERY = {
  ContinuousBackupsDescription: {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: 'ENABLED',
      EarliestRestorableDateTime: seconds('2026-11-01T00:00:00Z'),
      LatestRestorableDateTime: seconds('2026-11-22T00:00:00Z'),
    },
  },
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const input = JSON.parse(Buffer.concat(chunks).toString());
    requests.push({ operation, input });
    const answer = answers[`${operation} ${input.TableName}`] ?? answers[operation];
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer ?? { __type: 'ResourceNotFoundException', message: 'none' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  environment = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
  answers = {
    ListTables: { TableNames: ['another', TABLE.TableName] },
    DescribeContinuousBackups: RECOVERY,
    DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED' } },
    RestoreTableToPointInTime: { TableDescription: TABLE },
  };
});

const production = ['--stage', 'production'];

describe('ops restore', () => {
  it('says what it would do, and does it with --yes', async () => {
    const ops = createOps(environment);
    const at = ['--at', '2026-11-21T04:05:06Z'];
    const planned = {
      source: TABLE.TableName,
      target: `${TABLE.TableName}-restored`,
      at: '2026-11-21T04:05:06.000Z',
    };
    expect((await ops('restore', 'start', ...production, ...at)).json).toMatchObject({
      dryRun: true,
      ...planned,
    });
    expect(requests.map(({ operation }) => operation)).not.toContain('RestoreTableToPointInTime');
    expect((await ops('restore', 'start', ...production, ...at, '--yes')).json).toMatchObject({
      ok: true,
      ...planned,
    });
    expect(requests.at(-1)).toEqual({
      operation: 'RestoreTableToPointInTime',
      input: {
        SourceTableName: planned.source,
        TargetTableName: planned.target,
        RestoreDateTime: seconds('2026-11-21T04:05:06Z'),
      },
    });
  });

  it.each([
    [
      ['--at', '2026-10-01T00:00:00Z'],
      'can be restored from 2026-11-01T00:00:00.000Z to 2026-11-22T00:00:00.000Z',
    ],
    [['--at', '2026-11-21T04:05:06'], 'Say the time with its zone'],
    [[], 'Say the time with its zone'],
  ])('is refused for a time that it cannot be: %j', async (at, message) => {
    const { code, stderr } = await createOps(environment)('restore', 'start', ...production, ...at, '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(requests.map(({ operation }) => operation)).not.toContain('RestoreTableToPointInTime');
  });

  it('is refused over a table that exists', async () => {
    answers.DescribeTable = { Table: TABLE };
    const { stderr } = await createOps(environment)(
      'restore',
      'start',
      ...production,
      '--at',
      '2026-11-21T04:05:06Z',
    );
    expect(stderr).toContain(`There is a table "${TABLE.TableName}-restored" already`);
  });

  it('is whole when keys and indexes are there, and says what AWS does not restore', async () => {
    const target = `${TABLE.TableName}-restored`;
    answers[`DescribeTable ${target}`] = { Table: { ...TABLE, TableName: target } };
    const ops = createOps(environment);
    expect((await ops('restore', 'check', ...production)).json).toMatchObject({ ok: true, target, items: 7 });

    const [, ...indexes] = TABLE.GlobalSecondaryIndexes;
    const bare = {
      ...TABLE,
      TableName: target,
      GlobalSecondaryIndexes: indexes,
      DeletionProtectionEnabled: false,
    };
    answers[`DescribeTable ${target}`] = { Table: bare };
    answers.DescribeTimeToLive = { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
    const { code, json } = await ops('restore', 'check', ...production);
    expect(code).toBe(1);
    expect(json.problems).toEqual([
      'the index byTenant is missing',
      'rows do not expire (TTL is off)',
      'it is not protected from deletion',
    ]);
  });
});

describe('ops preflight', () => {
  const secrets = `LoupeSecret=${'a'.repeat(64)}\nLoupeOperatorKey=${'b'.repeat(64)}\n`;
  const withSecrets = (stdout: string) => () => ({ status: 0, stdout });

  it('is content with a region, credentials and the secrets that are required', async () => {
    const { code, json } = await createOps(environment, withSecrets(secrets))(
      'preflight',
      ...production,
      '--upgrade',
    );
    expect(json).toMatchObject({ ok: true, region: 'eu-central-1', problems: [] });
    expect(code).toBe(0);
  });

  it('names each thing that is missing, wrong or done by halves, and shows no value', async () => {
    const wrong = {
      ...environment,
      LOUPE_OIDC_ISSUER: 'https://issuer.example.com',
      LOUPE_FIREWALL: 'perhaps',
    };
    const tool = withSecrets('LoupeSecret=hunter2\nAzureOpenaiApiKey=hunter2\n');
    answers.ListTables = { TableNames: [] };
    const { code, json } = await createOps(
      wrong,
      tool,
    )(...['preflight', ...production, '--upgrade', '--region', 'us-east-1']);
    expect(code).toBe(1);
    expect(json.problems).toEqual([
      expect.stringMatching(/LOUPE_OIDC_ISSUER needs LOUPE_OIDC_AUDIENCE.*LOUPE_FIREWALL is "perhaps"/),
      expect.stringContaining('region eu-central-1, but us-east-1 is meant'),
      expect.stringContaining('"production" is not deployed in eu-central-1'),
      'The secret LoupeSecret is shorter than 32 characters',
      'The secret LoupeOperatorKey is missing',
      'AzureOpenaiApiKey is set without AzureOpenaiEndpoint',
    ]);
    expect(JSON.stringify(json)).not.toContain('hunter2');
  });

  it('says so when AWS or SST cannot be asked', async () => {
    answers = {};
    const ops = createOps(environment, () => ({ status: 1, stdout: '', stderr: 'Error: no credentials' }));
    expect((await ops('preflight', '--stage', 'Pro_duction')).json.problems).toEqual([
      expect.stringContaining('The stage "Pro_duction"'),
      expect.stringContaining('AWS does not take the credentials'),
      expect.stringMatching(/secrets cannot be read.*no credentials/),
    ]);
  });
});

describe('ops rotate', () => {
  it('sets a new random value by SST, only with --yes, and shows it nowhere', async () => {
    const calls: (readonly string[])[] = [];
    const ops = createOps(environment, (_, args) => {
      calls.push(args);
      return { status: 0, stdout: '' };
    });
    expect((await ops('rotate', 'operator-key', ...production)).json).toMatchObject({ dryRun: true });
    expect(calls).toEqual([]);
    const { json } = await ops('rotate', 'operator-key', ...production, '--yes');
    expect(calls).toEqual([
      [
        'sst@4.17.1',
        'secret',
        'set',
        'LoupeOperatorKey',
        expect.stringMatching(/^[0-9a-f]{64}$/),
        ...production,
      ],
    ]);
    expect(JSON.stringify(json)).not.toContain(calls[0]?.[4]);
  });

  describe('of the pepper', () => {
    const old = 'p'.repeat(64);
    const fresh = expect.stringMatching(/^[0-9a-f]{64}$/);

    /** Runs it where these secrets are set. */
    async function rotate(secrets: Readonly<Record<string, string>>, ...options: readonly string[]) {
      const changes: (readonly string[])[] = [];
      const ops = createOps(environment, (_, args) => {
        if (args[2] !== 'list') changes.push(args.slice(2, -2));
        const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}`);
        return { status: 0, stdout: lines.join('\n') };
      });
      return { ...(await ops('rotate', 'pepper', ...production, ...options)), changes };
    }

    it('keeps the old one for a grace before it sets the new one, and shows neither', async () => {
      expect((await rotate({ LoupeSecret: old })).json).toMatchObject({ dryRun: true });
      const { changes, json } = await rotate({ LoupeSecret: old }, '--yes');
      expect(changes).toEqual([
        ['set', 'LoupePreviousSecret', old],
        ['set', 'LoupeSecret', fresh],
      ]);
      expect(JSON.stringify(json)).not.toMatch(/[0-9a-f]{64}|pppp/);
    });

    it('goes on where an attempt ended between its two steps', async () => {
      const halfway = { LoupeSecret: old, LoupePreviousSecret: old };
      expect((await rotate(halfway, '--yes')).changes.at(-1)).toEqual(['set', 'LoupeSecret', fresh]);
    });

    it('is refused while the grace of the last one lasts, which --end-grace ends', async () => {
      const both = { LoupeSecret: old, LoupePreviousSecret: 'q'.repeat(64) };
      const refused = await rotate(both, '--yes');
      expect(refused).toMatchObject({ code: 2, changes: [] });
      expect(refused.stderr).toContain('--end-grace');
      expect((await rotate(both, '--end-grace', '--yes')).changes).toEqual([
        ['remove', 'LoupePreviousSecret'],
      ]);
      expect(await rotate({ LoupeSecret: old }, '--end-grace', '--yes')).toMatchObject({ code: 2 });
    });

    it('after a leak gives none', async () => {
      expect((await rotate({ LoupeSecret: old }, '--end-all-keys', '--yes')).changes).toEqual([
        ['set', 'LoupeSecret', fresh],
      ]);
      const both = { LoupeSecret: old, LoupePreviousSecret: 'q'.repeat(64) };
      expect((await rotate(both, '--end-all-keys', '--yes')).changes).toEqual([
        ['remove', 'LoupePreviousSecret'],
        ['set', 'LoupeSecret', fresh],
      ]);
      expect(await rotate(both, '--end-all-keys', '--end-grace', '--yes')).toMatchObject({ code: 2 });
    });
  });

  it('of a provider’s key takes it from the environment', async () => {
    const calls: (readonly string[])[] = [];
    const ops = createOps({ ...environment, LOUPE_NEW_KEY: 'sk-new' }, (_, args) => {
      calls.push(args);
      return { status: 0, stdout: '' };
    });
    await ops('rotate', 'provider-key', 'OpenaiApiKey', ...production, '--yes');
    expect(calls).toEqual([['sst@4.17.1', 'secret', 'set', 'OpenaiApiKey', 'sk-new', ...production]]);
    expect((await ops('rotate', 'provider-key', 'LoupeSecret', '--yes')).code).toBe(2);
  });
});
