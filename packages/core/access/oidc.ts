import { createHash } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { UnauthenticatedError } from '../platform/index.ts';

/** An OpenID Connect issuer whose people may come in. */
export interface OidcSettings {
  /** As the tokens' `iss` says it, e.g. `https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC`. */
  readonly issuer: string;
  /** As the tokens' `aud` must say it: the client id of the console or app. */
  readonly audience: string;
  /** The one signature algorithm that counts, e.g. `RS256`. */
  readonly algorithm: string;
}

/** Somebody an issuer vouches for. */
export interface Person {
  /** Digest of issuer and subject. */
  readonly personId: string;
  /** Lower case, and only when the issuer says that it was verified. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

const CLOCK_SKEW_SECONDS = 30;
const DISCOVERY_MS = 5000;

const discoverySchema = v.object({ issuer: v.string(), jwks_uri: v.pipe(v.string(), v.url()) });
const claimsSchema = v.object({
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  email: v.optional(v.string()),
  email_verified: v.optional(v.union([v.boolean(), v.string()])),
  name: v.optional(v.string()),
});

/**
 * Checks ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): signature by the issuer's published keys with the one
 * algorithm that was agreed on, issuer, audience, expiry and not-before with 30 s of skew.
 * @returns a function that throws UnauthenticatedError for a token that does not hold, Error when the issuer is out of
 * reach
 */
export function createTokenVerifier(
  settings: OidcSettings,
  clock: () => number,
): (token: string) => Promise<Person> {
  let loading: Promise<{ jose: typeof import('jose'); keys: JWTVerifyGetKey }> | undefined;

  async function load() {
    const [jose, jwksUri] = await Promise.all([import('jose'), discoverKeys(settings.issuer)]);
    return { jose, keys: jose.createRemoteJWKSet(jwksUri, { timeoutDuration: DISCOVERY_MS }) };
  }

  return async (token) => {
    loading ??= load();
    const { jose, keys } = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    try {
      const { payload } = await jose.jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: [settings.algorithm],
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(clock()),
      });
      const claims = v.safeParse(claimsSchema, payload);
      if (!claims.success) throw createRefusal();
      return describePerson(settings.issuer, claims.output);
    } catch (error) {
      const isOurs = error instanceof jose.errors.JWKSTimeout || !(error instanceof jose.errors.JOSEError);
      throw isOurs ? error : createRefusal();
    }
  };
}

function createRefusal(): UnauthenticatedError {
  return new UnauthenticatedError('The credential is malformed, unknown or no longer valid.');
}

/** @throws Error when the issuer does not answer, or answers for another (OpenID Connect Discovery 1.0, section 4.3) */
async function discoverKeys(issuer: string): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(DISCOVERY_MS),
  });
  if (!response.ok) throw new Error(`The issuer ${issuer} answered its discovery with ${response.status}.`);
  const found = v.parse(discoverySchema, await response.json());
  if (found.issuer !== issuer)
    throw new Error(`The issuer ${issuer} calls itself ${found.issuer}. Configure it as it calls itself.`);
  return new URL(found.jwks_uri);
}

function describePerson(issuer: string, claims: v.InferOutput<typeof claimsSchema>): Person {
  const isVerified = claims.email_verified === true || claims.email_verified === 'true';
  return {
    personId: createHash('sha256')
      .update(JSON.stringify([issuer, claims.sub]))
      .digest('hex'),
    email: isVerified ? claims.email?.trim().toLowerCase() : undefined,
    name: claims.name?.slice(0, 200),
  };
}

/** Whether a credential has the form of a signed JWT. */
export function isJwt(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(credential);
}
