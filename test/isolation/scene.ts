import { crc32 } from 'node:zlib';
import { ulid } from 'ulid';
import { eventually } from '../support/eventually.ts';
import type { TestService } from '../support/service.ts';
import { ask } from './ask.ts';
import { buildWorld, type Cursors, createKey, type Ids, type Stage, type World } from './world.ts';

/** Who is attacked, who attacks, and with what. */
export interface Scene {
  readonly service: TestService;
  readonly victim: World;
  readonly attacker: World;
  /** Ids that are well-formed and nobody's. */
  readonly nobody: Ids;
  /** Cursors that nobody was given. */
  readonly madeUp: Cursors;
  /** Credentials that must answer like one that never was, by what is wrong with them. */
  readonly deadKeys: Readonly<Record<string, string>>;
  /** Credentials of the attacker's tenant that may do less than an owner, by what they are. */
  readonly weakKeys: Readonly<Record<string, string>>;
}

export async function setScene(stage: Stage): Promise<Scene> {
  const { service, issuer } = stage;
  const [victim, attacker] = await Promise.all([buildWorld(stage, 'Victim'), buildWorld(stage, 'Attacker')]);
  const [expired, revoked, rotated] = [
    await createKey(attacker.client, { role: 'OWNER', expiresAt: new Date(Date.now() + 1500).toISOString() }),
    await createKey(attacker.client, { role: 'OWNER' }),
    await createKey(attacker.client, { role: 'OWNER' }),
  ];
  const nobody = Object.fromEntries(
    Object.entries(victim.ids).map(([noun, id]) => [noun, `${id.slice(0, 4)}${ulid()}`]),
  ) as unknown as Ids;
  const madeUp = Object.fromEntries(
    Object.keys(victim.cursors).map((list) => [list, 'AAAAAAAAAAAAAAAAAAAAAAAA']),
  ) as unknown as Cursors;
  await attacker.client.request(
    'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { errors { code } } }',
    {
      id: revoked.id,
    },
  );
  await attacker.client.request(
    `mutation ($id: ID!) { rotateApiKey(input: { id: $id, expectedVersion: 1, graceSeconds: 0 }) { errors { code } } }`,
    { id: rotated.id },
  );
  const deadKeys = {
    'a malformed key': 'loupe_local_nobody',
    'a key with a broken checksum': breakChecksum(victim.apiKey),
    "the victim's key id and a made-up secret": forgeSecret(victim.apiKey),
    'a key of another stage': withChecksum(
      victim.apiKey.replace(/^loupe_[a-z0-9]+_/, 'loupe_other_').slice(0, -6),
    ),
    'a key of a suspended tenant': await suspendTenant(service),
    'an expired key': expired.key,
    'a revoked key': revoked.key,
    'the secret before a rotation': rotated.key,
    'a token of another issuer': await issuer.issue('victim@example.com', {
      issuer: 'https://issuer.example',
    }),
    'a token of the victim’s member that has ended': await issuer.issue('victim@example.com', {
      expiresIn: -60,
    }),
    'a forged upload token': await forgeUploadToken(attacker, victim.ids.tenant),
  };
  for (const key of Object.values(deadKeys)) await waitUntilRefused(service.url, key);
  return {
    service,
    victim,
    attacker,
    nobody,
    madeUp,
    deadKeys,
    weakKeys: {
      "a viewer's key": (await createKey(attacker.client, { role: 'VIEWER' })).key,
      "an inspector's key": (await createKey(attacker.client, { role: 'INSPECTOR' })).key,
      'a key held to one action': (
        await createKey(attacker.client, { role: 'OWNER', scopes: ['profile.read'] })
      ).key,
      'a person of no tenant': await issuer.issue('nobody@example.com'),
      'a member who may only read': await issuer.issue('attacker@example.com'),
      'an upload token': await createUploadToken(attacker),
    },
  };
}

/** A well-formed key that was never given out. */
export function makeUnknownKey(example: string): string {
  const [, stage, , secret = ''] = example.split('_');
  return withChecksum(`loupe_${stage}_${ulid()}_${secret.slice(0, -6)}`);
}

/** The last six digits of a key are the CRC-32 of what stands before them, in base 36. */
function withChecksum(body: string): string {
  return body + crc32(body).toString(36).padStart(7, '0').slice(-6);
}

function breakChecksum(key: string): string {
  return `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
}

function forgeSecret(key: string): string {
  return withChecksum(key.slice(0, -38) + 'A'.repeat(32));
}

async function createUploadToken({ client }: World): Promise<string> {
  const { createUploadToken: made } = await client.request<{ createUploadToken: { token: string } }>(
    'mutation { createUploadToken(input: {}) { token } }',
  );
  return made.token;
}

/** A token of one's own with another tenant written into it. */
async function forgeUploadToken(world: World, tenantId: string): Promise<string> {
  const token = await createUploadToken(world);
  const [head = '', mac = ''] = token.split('.');
  const content = Buffer.from(head.slice('loupe_upload_'.length), 'base64url').toString();
  const forged = Buffer.from(content.replace(world.ids.tenant, tenantId)).toString('base64url');
  return `loupe_upload_${forged}.${mac}`;
}

/** What a credential proved counts for two seconds more. */
async function waitUntilRefused(url: string, apiKey: string): Promise<void> {
  await eventually(async () => {
    const { status } = await ask(url, apiKey, { document: '{ viewer { actions } }', variables: {} });
    if (status !== 401) throw new Error('The key still works.');
  });
}

async function suspendTenant(service: TestService): Promise<string> {
  const { id, apiKey, client } = await service.createTenantClient('Suspended');
  await client.request('{ viewer { tenant { id } } }');
  await service.operator.request(
    'mutation ($id: ID!) { archiveTenant(input: { id: $id }) { tenant { id } } }',
    { id },
  );
  return apiKey;
}
