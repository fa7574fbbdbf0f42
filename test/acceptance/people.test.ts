import { ApiError, type Client, createClient } from '@loupe/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startIssuer, type TestIssuer, type TokenOptions } from '../support/issuer.ts';
import { startTestService, type TestService } from '../support/service.ts';

let issuer: TestIssuer;
let service: TestService;
let owner: Client;
let tenantId: string;

beforeAll(async () => {
  issuer = await startIssuer();
  service = await startTestService({ environment: { ...issuer.environment, LOUPE_SIGN_UP: 'open' } });
  ({ client: owner, id: tenantId } = await service.createTenantClient());
}, 120_000);
afterAll(async () => {
  await service.dispose();
  await issuer.close();
});

const VIEWER = '{ viewer { actions tenant { id } member { role email } memberships { tenant { id } } } }';

interface Viewer {
  readonly actions: string[];
  readonly tenant: { readonly id: string } | null;
  readonly member: { readonly role: string; readonly email: string } | null;
  readonly memberships: readonly { readonly tenant: { readonly id: string } }[];
}

/** A person's client, for one of their tenants when it is named. */
async function signIn(email: string, options: TokenOptions = {}, tenant?: string): Promise<Client> {
  const apiKey = await issuer.issue(email, options);
  const send: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, ...(tenant && { 'loupe-tenant': tenant }) } });
  return createClient({ url: service.url, apiKey, fetch: send });
}

const view = async (client: Client) => (await client.request<{ viewer: Viewer }>(VIEWER)).viewer;
const statusOf = (request: Promise<unknown>) =>
  request.then(
    () => 200,
    (error: unknown) => (error instanceof ApiError ? error.status : 0),
  );

async function invite(email: string, role: string, by: Client = owner): Promise<string> {
  const { inviteMember } = await by.request<{ inviteMember: { token: string } }>(
    `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { token errors { code } } }`,
    { input: { email, role } },
  );
  return inviteMember.token;
}

async function accept(client: Client, token: string) {
  const { acceptInvitation } = await client.request<{
    acceptInvitation: { tenantId: string | null; member: { id: string } | null; errors: { code: string }[] };
  }>(
    `mutation ($token: String!) { acceptInvitation(input: { token: $token }) {
      tenantId member { id } errors { code } } }`,
    { token },
  );
  return acceptInvitation;
}

describe('a token of the issuer', () => {
  it('proves a person, who belongs to no tenant yet', async () => {
    expect(await view(await signIn('nobody@example.com'))).toMatchObject({
      actions: ['invitation.accept', 'tenant.signUp'],
      tenant: null,
      memberships: [],
    });
  });

  it.each<[string, TokenOptions]>([
    ['is of another audience', { audience: 'another-app' }],
    ['is of another issuer', { issuer: 'https://issuer.example' }],
    ['has ended', { expiresIn: -60 }],
    ['is not valid yet', { notBefore: 120 }],
    ['is signed by a key that was never published', { key: 'unknown' }],
    ['names a key that is not published any more', { key: 'retired' }],
    ['is signed by another algorithm', { algorithm: 'PS256' }],
    ['is an HMAC made with the public key', { algorithm: 'HS256' }],
    ['is not signed', { algorithm: 'none' }],
    ['names nobody', { claims: { sub: '' } }],
    ['has no end', { claims: { exp: undefined } }],
  ])('is refused when it %s', async (_what, options) => {
    expect(await statusOf(view(await signIn('mallory@example.com', options)))).toBe(401);
  });

  it('is refused when a letter of it was changed', async () => {
    const [head, body = '', signature] = (await issuer.issue('eve@example.com')).split('.');
    const changed = Buffer.from(Buffer.from(body, 'base64url').toString().replaceAll('eve', 'bob'));
    const apiKey = [head, changed.toString('base64url'), signature].join('.');
    expect(await statusOf(view(createClient({ url: service.url, apiKey })))).toBe(401);
  });

  it('may be half a minute late or early, as clocks differ', async () => {
    expect(await statusOf(view(await signIn('late@example.com', { expiresIn: -20 })))).toBe(200);
    expect(await statusOf(view(await signIn('early@example.com', { notBefore: 20 })))).toBe(200);
  });
});

describe('an invitation', () => {
  it('makes its person a member with its role, once', async () => {
    const token = await invite('Ada@Example.com', 'ENGINEER');
    const ada = await signIn('ada@example.com');
    expect(await accept(ada, token)).toMatchObject({ tenantId, errors: [] });
    const again = await accept(await signIn('ada@example.com'), token);
    expect(again.errors).toEqual([{ code: 'NOT_FOUND' }]);
    expect(await view(await signIn('ada@example.com', { claims: { nonce: 'a' } }))).toMatchObject({
      tenant: { id: tenantId },
      member: { role: 'ENGINEER', email: 'ada@example.com' },
    });
  });

  it('is of no use to another person, nor without a verified address', async () => {
    const token = await invite('grace@example.com', 'VIEWER');
    const attempts = [
      await accept(await signIn('mallory@example.com'), token),
      await accept(await signIn('grace@example.com', { claims: { email_verified: false } }), token),
      await accept(await signIn('grace@example.com'), `${token.slice(0, -2)}AA`),
      await accept(await signIn('grace@example.com'), 'loupe_invite_nonsense'),
    ];
    for (const { errors } of attempts) expect(errors).toEqual([{ code: 'NOT_FOUND' }]);
    expect(
      (await accept(await signIn('grace@example.com', { claims: { nonce: 'b' } }), token)).errors,
    ).toEqual([]);
  });

  it('gives no more than whoever invites has', async () => {
    await accept(await signIn('admin@example.com'), await invite('admin@example.com', 'ADMIN'));
    const admin = await signIn('admin@example.com', { claims: { nonce: 'c' } });
    // The first of the actions that owners alone may perform.
    await expect(invite('x@example.com', 'OWNER', admin)).rejects.toThrow('export.create');
    await expect(invite('x@example.com', 'ADMIN', admin)).resolves.toMatch(/^loupe_invite_/);
  });

  it('is void once it is revoked', async () => {
    const token = await invite('late@example.com', 'VIEWER');
    const id = await eventually(async () => {
      const { invitations } = await owner.request<{
        invitations: { edges: { node: { id: string; email: string } }[] };
      }>('{ invitations { edges { node { id email } } } }');
      const found = invitations.edges.find(({ node }) => node.email === 'late@example.com');
      if (!found) throw new Error('The invitation is not listed yet.');
      return found.node.id;
    });
    await owner.request('mutation ($id: ID!) { revokeInvitation(input: { id: $id }) { errors { code } } }', {
      id,
    });
    expect((await accept(await signIn('late@example.com'), token)).errors).toEqual([{ code: 'NOT_FOUND' }]);
  });
});

describe('a member', () => {
  it('is out within seconds of being removed, and in again by a new invitation', async () => {
    const { member } = await accept(
      await signIn('bob@example.com'),
      await invite('bob@example.com', 'VIEWER'),
    );
    const bob = await signIn('bob@example.com', { claims: { nonce: 'd' } });
    expect((await view(bob)).tenant).toEqual({ id: tenantId });
    await owner.request('mutation ($id: ID!) { removeMember(input: { id: $id }) { errors { code } } }', {
      id: member?.id,
    });
    await eventually(async () => expect((await view(bob)).tenant).toBeNull());
    const back = await accept(bob, await invite('bob@example.com', 'INSPECTOR'));
    expect(back.member?.id).toBe(member?.id);
    await eventually(async () => expect((await view(bob)).member?.role).toBe('INSPECTOR'));
  });
});

describe('sign-up', () => {
  const signUp = async (client: Client) => {
    const made = await client.request<{ signUp: { tenant: { id: string } } }>(
      'mutation { signUp(input: { name: "Own plant", idempotencyKey: "once" }) { tenant { id } errors { code } } }',
    );
    return made.signUp.tenant.id;
  };

  it('makes a tenant and its owner, once per idempotency key and person', async () => {
    const first = await signUp(await signIn('founder@example.com'));
    expect(await signUp(await signIn('founder@example.com', { claims: { nonce: 'e' } }))).toBe(first);
    expect(await signUp(await signIn('other@example.com'))).not.toBe(first);
    expect(await view(await signIn('founder@example.com', { claims: { nonce: 'f' } }))).toMatchObject({
      tenant: { id: first },
      member: { role: 'OWNER' },
    });
  });

  it('leaves a person of several tenants to name one, and only one of theirs', async () => {
    const own = await signUp(await signIn('many@example.com'));
    await accept(await signIn('many@example.com', {}, own), await invite('many@example.com', 'VIEWER'));
    const undecided = await view(await signIn('many@example.com', { claims: { nonce: 'g' } }));
    expect(undecided.tenant).toBeNull();
    expect(undecided.memberships.map(({ tenant }) => tenant.id).toSorted()).toEqual(
      [own, tenantId].toSorted(),
    );
    const fresh = { claims: { nonce: 'h' } };
    expect((await view(await signIn('many@example.com', fresh, tenantId))).member?.role).toBe('VIEWER');
    expect((await view(await signIn('many@example.com', fresh, own))).member?.role).toBe('OWNER');
    const { id: foreign } = await service.createTenantClient('Foreign');
    for (const named of [foreign, 'ten_01JD0000000000000000000000', 'nonsense'])
      expect(await statusOf(view(await signIn('many@example.com', fresh, named)))).toBe(401);
  });
});
