import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const AUDIENCE = 'loupe-console';

export interface TokenOptions {
  readonly audience?: string;
  readonly issuer?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly notBefore?: number;
  readonly key?: 'published' | 'unknown' | 'retired';
  readonly algorithm?: 'RS256' | 'PS256' | 'HS256' | 'none';
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An OpenID Connect issuer on loopback: discovery, keys, and ID tokens for whoever a test needs. */
export interface TestIssuer {
  readonly url: string;
  /** Environment of a service that trusts it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly issue: (email: string, options?: TokenOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function startIssuer(): Promise<TestIssuer> {
  const published = await generateKeyPair('RS256', { extractable: true });
  const unknown = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'one', use: 'sig' };
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    else response.end(JSON.stringify({ keys: [jwk] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: { LOUPE_OIDC_ISSUER: url, LOUPE_OIDC_AUDIENCE: AUDIENCE },
    async issue(email, options = {}) {
      const now = Math.floor(Date.now() / 1000);
      const { algorithm = 'RS256', key = 'published' } = options;
      const claims = {
        sub: `subject of ${email}`,
        email,
        email_verified: true,
        iss: options.issuer ?? url,
        aud: options.audience ?? AUDIENCE,
        iat: now,
        nbf: now + (options.notBefore ?? 0),
        exp: now + (options.expiresIn ?? 600),
        ...options.claims,
      };
      if (algorithm === 'none') return new UnsecuredJWT(claims).encode();
      const jwt = new SignJWT(claims).setProtectedHeader({
        alg: algorithm,
        kid: key === 'retired' ? 'zero' : 'one',
      });
      // The classic confusion: the public key's text as the secret of an HMAC.
      if (algorithm === 'HS256') return jwt.sign(new TextEncoder().encode(JSON.stringify(jwk)));
      return jwt.sign(
        algorithm === 'PS256'
          ? await crypto.subtle.importKey(
              'jwk',
              await exportJWK(published.privateKey),
              { name: 'RSA-PSS', hash: 'SHA-256' },
              false,
              ['sign'],
            )
          : (key === 'published' ? published : unknown).privateKey,
      );
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
