/** What an operator may choose for a deployment, by variables; checked before anything is made. */

export interface Issuer {
  readonly url: string;
  /** What its tokens must be made out to. */
  readonly audience: string;
  /** Of their signatures. */
  readonly algorithm: string;
}

/** Undefined stands for "not chosen". */
export interface Options {
  /** Domain of the API, e.g. `api.example.com`; its zone is in Route 53. */
  readonly domain: string | undefined;
  /** Origins of web pages that may call the API and upload, e.g. `https://console.example.com`; any by default. */
  readonly origins: readonly string[];
  /** Address that the alarms and the budget write to. */
  readonly alarmEmail: string | undefined;
  /** AWS spend of the stage, in USD per month, at whose 80 % and 100 % the address is told. */
  readonly monthlyBudgetUsd: number | undefined;
  /** Spend at model providers, in USD per hour, above which an alarm goes off. */
  readonly hourlyModelSpendUsd: number;
  /** OpenID Connect issuer of people; without one the deployment makes a Cognito user pool. */
  readonly issuer: Issuer | undefined;
  /** Whether every person of the issuer may make a tenant. */
  readonly signUp: 'open' | 'closed';
  /** Where spans are sent by OTLP over HTTP, e.g. `https://otel.example.com`; what it asks for as headers is a secret. */
  readonly otlpEndpoint: string | undefined;
  /** Instances of the API that the account's other functions can not take from it, and the most it has. */
  readonly apiConcurrency: number | undefined;
  /** CloudFront with AWS's managed firewall rules before the API. */
  readonly firewall: boolean;
}

const DEFAULT_HOURLY_MODEL_SPEND_USD = 50;

/** @throws Error naming every variable that is malformed or lacks another */
export function readOptions(environment: Readonly<Record<string, string | undefined>>): Options {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;

  function readNumber(name: string): number | undefined {
    const text = read(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    problems.push(`${name} is "${text}", but must be a number above 0`);
    return undefined;
  }

  const domain = read('LOUPE_DOMAIN');
  if (domain !== undefined && !/^([a-z0-9-]+\.)+[a-z]{2,}$/.test(domain)) {
    problems.push(`LOUPE_DOMAIN is "${domain}", but must be a host name such as api.example.com`);
  }
  const origins = read('LOUPE_ORIGINS')
    ?.split(',')
    .map((origin) => origin.trim()) ?? ['*'];
  for (const origin of origins) {
    if (origin !== '*' && !/^https:\/\/[^/\s]+$|^http:\/\/localhost(:\d+)?$/.test(origin)) {
      problems.push(`LOUPE_ORIGINS has "${origin}", but an origin is https://host, without a path`);
    }
  }
  const alarmEmail = read('LOUPE_ALARM_EMAIL');
  if (alarmEmail !== undefined && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(alarmEmail)) {
    problems.push(`LOUPE_ALARM_EMAIL is "${alarmEmail}", but must be an address`);
  }
  const monthlyBudgetUsd = readNumber('LOUPE_MONTHLY_BUDGET_USD');
  if (monthlyBudgetUsd !== undefined && alarmEmail === undefined) {
    problems.push('LOUPE_MONTHLY_BUDGET_USD needs LOUPE_ALARM_EMAIL: a budget tells somebody');
  }
  const hourlyModelSpendUsd = readNumber('LOUPE_HOURLY_MODEL_SPEND_USD') ?? DEFAULT_HOURLY_MODEL_SPEND_USD;
  const issuerUrl = read('LOUPE_OIDC_ISSUER');
  const audience = read('LOUPE_OIDC_AUDIENCE');
  if (issuerUrl !== undefined && !/^https:\/\/[^\s]+$/.test(issuerUrl)) {
    problems.push(`LOUPE_OIDC_ISSUER is "${issuerUrl}", but must be an address that begins with https://`);
  }
  if (issuerUrl !== undefined && audience === undefined) {
    problems.push(
      'LOUPE_OIDC_ISSUER needs LOUPE_OIDC_AUDIENCE: without it tokens for other services would be taken',
    );
  }
  if (audience !== undefined && issuerUrl === undefined) {
    problems.push('LOUPE_OIDC_AUDIENCE needs LOUPE_OIDC_ISSUER: somebody must have signed the token');
  }
  const issuer =
    issuerUrl !== undefined && audience !== undefined
      ? { url: issuerUrl, audience, algorithm: read('LOUPE_OIDC_ALGORITHM') ?? 'RS256' }
      : undefined;
  const signUp = read('LOUPE_SIGN_UP') ?? 'closed';
  if (signUp !== 'open' && signUp !== 'closed') {
    problems.push(`LOUPE_SIGN_UP is "${signUp}", but must be open or closed`);
  }
  const otlpEndpoint = read('LOUPE_OTLP_ENDPOINT');
  if (otlpEndpoint !== undefined && !URL.canParse(otlpEndpoint)) {
    problems.push(
      `LOUPE_OTLP_ENDPOINT is "${otlpEndpoint}", but must be an address such as https://otel.example.com`,
    );
  }
  const apiConcurrency = readNumber('LOUPE_API_CONCURRENCY');
  if (apiConcurrency !== undefined && !Number.isInteger(apiConcurrency)) {
    problems.push(`LOUPE_API_CONCURRENCY is "${apiConcurrency}", but must be a whole number`);
  }
  const firewall = read('LOUPE_FIREWALL');
  if (firewall !== undefined && firewall !== 'on' && firewall !== 'off') {
    problems.push(`LOUPE_FIREWALL is "${firewall}", but must be on or off`);
  }
  if (problems.length > 0) throw new Error(`The deployment's options are wrong. ${problems.join('. ')}.`);
  return {
    domain,
    origins,
    alarmEmail,
    monthlyBudgetUsd,
    hourlyModelSpendUsd,
    issuer,
    signUp: signUp === 'open' ? 'open' : 'closed',
    otlpEndpoint,
    apiConcurrency,
    firewall: firewall === 'on',
  };
}
