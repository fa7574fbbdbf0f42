import * as v from 'valibot';
import { type ProviderSettings, providerVariables, readProviders } from './provider-config.ts';
import { choice, pattern, text, url } from './variables.ts';

const schema = v.object({
  /** Table, bucket and queues, by the names or addresses the deployment gave them. */
  LOUPE_TABLE: text(3),
  LOUPE_BUCKET: text(3),
  LOUPE_QUEUE_INTAKE_URL: url,
  LOUPE_QUEUE_CONVERT_URL: url,
  LOUPE_QUEUE_CONVERT_VIDEO_URL: url,
  LOUPE_QUEUE_INFER_URL: url,
  LOUPE_QUEUE_DELIVER_URL: url,
  LOUPE_QUEUE_EVALUATE_URL: url,
  LOUPE_QUEUE_LEAVE_URL: url,
  /** Part of every API key: `local`, `dev`, `production` … */
  LOUPE_STAGE: pattern(/^[a-z0-9]{1,20}$/, 'lower-case letters and digits, at most 20'),
  /** Key of the HMACs over API keys and cursors. */
  LOUPE_SECRET: text(32),
  /** The `LOUPE_SECRET` before the last rotation, while what it proved is to go on working. */
  LOUPE_PREVIOUS_SECRET: v.optional(text(32)),
  /** Credential of the operator, who makes tenants; the API's alone. */
  LOUPE_OPERATOR_KEY: v.optional(text(32)),
  /** ARN of the KMS key that seals tenants' secrets; absent where a function has none to seal or open. */
  LOUPE_KMS_KEY_ID: v.optional(text(1)),
  /** People: an OpenID Connect issuer, the audience of its tokens, and the one signature algorithm that counts. */
  LOUPE_OIDC_ISSUER: v.optional(url),
  LOUPE_OIDC_AUDIENCE: v.optional(v.string()),
  LOUPE_OIDC_ALGORITHM: v.optional(
    choice(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
  ),
  /** `open` lets every person of the issuer make a tenant. */
  LOUPE_SIGN_UP: v.optional(choice(['open', 'closed'])),
  AWS_REGION: text(1),
  /** Standard SDK variable; also decides where presigned requests are sent. */
  AWS_ENDPOINT_URL_S3: v.optional(url),
  /** Standard OpenTelemetry variable: where spans are sent; none are made without it. */
  OTEL_EXPORTER_OTLP_ENDPOINT: v.optional(url),
  ...providerVariables,
});

/** Settings of one process, parsed once at its edge. */
export interface Config {
  readonly stage: string;
  readonly region: string;
  readonly table: string;
  readonly bucket: string;
  readonly queueUrls: {
    readonly intake: string;
    readonly convert: string;
    readonly 'convert-video': string;
    readonly infer: string;
    readonly deliver: string;
    readonly evaluate: string;
    readonly leave: string;
  };
  readonly secret: string;
  readonly previousSecret: string | undefined;
  /** Without one nobody is the operator. */
  readonly operatorKey: string | undefined;
  /** Of the KMS key that seals tenants' secrets. */
  readonly kmsKeyId: string | undefined;
  /** Without one there are keys and no people. */
  readonly oidc:
    | { readonly issuer: string; readonly audience: string; readonly algorithm: string }
    | undefined;
  readonly signUp: 'open' | 'closed';
  readonly s3Endpoint: string | undefined;
  /** Whether spans are made and sent. */
  readonly tracing: boolean;
  readonly providers: ProviderSettings;
}

/** @throws Error naming every variable that is missing or malformed. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = v.safeParse(schema, present);
  if (!result.success) {
    const problems = result.issues.map(
      (issue) => `${v.getDotPath(issue)}: ${issue.input === undefined ? 'missing' : issue.message}`,
    );
    throw new Error(`The environment is incomplete. ${problems.join('; ')}.`);
  }
  const values = result.output;
  return {
    stage: values.LOUPE_STAGE,
    region: values.AWS_REGION,
    table: values.LOUPE_TABLE,
    bucket: values.LOUPE_BUCKET,
    queueUrls: {
      intake: values.LOUPE_QUEUE_INTAKE_URL,
      convert: values.LOUPE_QUEUE_CONVERT_URL,
      'convert-video': values.LOUPE_QUEUE_CONVERT_VIDEO_URL,
      infer: values.LOUPE_QUEUE_INFER_URL,
      deliver: values.LOUPE_QUEUE_DELIVER_URL,
      evaluate: values.LOUPE_QUEUE_EVALUATE_URL,
      leave: values.LOUPE_QUEUE_LEAVE_URL,
    },
    secret: values.LOUPE_SECRET,
    // The same one again, as between the two steps of a rotation, is none.
    previousSecret:
      values.LOUPE_PREVIOUS_SECRET === values.LOUPE_SECRET ? undefined : values.LOUPE_PREVIOUS_SECRET,
    operatorKey: values.LOUPE_OPERATOR_KEY,
    kmsKeyId: values.LOUPE_KMS_KEY_ID,
    oidc: readOidc(values),
    signUp: values.LOUPE_SIGN_UP ?? 'closed',
    s3Endpoint: values.AWS_ENDPOINT_URL_S3,
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    providers: readProviders(values),
  };
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/;

/** @throws Error when the issuer is named by half, or is to be asked in the clear */
function readOidc(values: v.InferOutput<typeof schema>): Config['oidc'] {
  const { LOUPE_OIDC_ISSUER: issuer, LOUPE_OIDC_AUDIENCE: audience } = values;
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined)
    throw new Error('The environment is incomplete. LOUPE_OIDC_ISSUER and LOUPE_OIDC_AUDIENCE go together.');
  if (!issuer.startsWith('https://') && !LOOPBACK.test(issuer))
    throw new Error('LOUPE_OIDC_ISSUER begins with https://.');
  return { issuer, audience, algorithm: values.LOUPE_OIDC_ALGORITHM ?? 'RS256' };
}
