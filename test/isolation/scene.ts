import { crc32 } from 'node:zlib';
import { ulid } from 'ulid';
import type { TestService } from '../support/service.ts';
import { buildWorld, type Cursors, type Ids, type World } from './world.ts';

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

export async function setScene(service: TestService): Promise<Scene> {
  const [victim, attacker] = await Promise.all([
    buildWorld(service, 'Victim'),
    buildWorld(service, 'Attacker'),
  ]);
  const nobody = Object.fromEntries(
    Object.entries(victim.ids).map(([noun, id]) => [noun, `${id.slice(0, 4)}${ulid()}`]),
  ) as unknown as Ids;
  const madeUp = Object.fromEntries(
    Object.keys(victim.cursors).map((list) => [list, 'AAAAAAAAAAAAAAAAAAAAAAAA']),
  ) as unknown as Cursors;
  return {
    service,
    victim,
    attacker,
    nobody,
    madeUp,
    deadKeys: {
      'a malformed key': 'loupe_local_nobody',
      'a key with a broken checksum': breakChecksum(victim.apiKey),
      "the victim's key id and a made-up secret": forgeSecret(victim.apiKey),
      'a key of another stage': withChecksum(
        victim.apiKey.replace(/^loupe_[a-z0-9]+_/, 'loupe_other_').slice(0, -6),
      ),
      'a key of a suspended tenant': await suspendTenant(service),
    },
    weakKeys: {},
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

async function suspendTenant(service: TestService): Promise<string> {
  const { id, apiKey, client } = await service.createTenantClient('Suspended');
  await client.request('{ viewer { tenant { id } } }');
  await service.operator.request(
    'mutation ($id: ID!) { archiveTenant(input: { id: $id }) { tenant { id } } }',
    { id },
  );
  return apiKey;
}
