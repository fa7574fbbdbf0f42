import { describe, expect, test } from 'vitest';
import { readOptions } from '../../packages/core/platform/deployment-options.ts';
import { describeDeployment } from './deployment.ts';
import { synthesise } from './synth/synthesise.ts';

describe('options of a deployment', () => {
  test('are all optional', () => {
    expect(readOptions({})).toEqual({
      domain: undefined,
      origins: ['*'],
      alarmEmail: undefined,
      monthlyBudgetUsd: undefined,
      hourlyModelSpendUsd: 50,
      issuer: undefined,
      signUp: 'closed',
      otlpEndpoint: undefined,
      apiConcurrency: undefined,
      firewall: false,
    });
  });

  test('name every variable that is wrong, all at once', () => {
    const environment = {
      LOUPE_DOMAIN: 'https://api.example.com',
      LOUPE_ORIGINS: 'https://console.example.com/path',
      LOUPE_MONTHLY_BUDGET_USD: '100',
      LOUPE_HOURLY_MODEL_SPEND_USD: 'much',
      LOUPE_OIDC_ISSUER: 'https://login.example.com',
      LOUPE_SIGN_UP: 'maybe',
      LOUPE_OTLP_ENDPOINT: 'collector',
      LOUPE_API_CONCURRENCY: '2.5',
      LOUPE_FIREWALL: 'yes',
    };
    expect(() => readOptions(environment)).toThrow(
      /LOUPE_DOMAIN .*LOUPE_ORIGINS .*LOUPE_MONTHLY_BUDGET_USD needs LOUPE_ALARM_EMAIL.*LOUPE_HOURLY_MODEL_SPEND_USD .*LOUPE_OIDC_ISSUER needs LOUPE_OIDC_AUDIENCE.*LOUPE_SIGN_UP .*LOUPE_OTLP_ENDPOINT .*LOUPE_API_CONCURRENCY .*LOUPE_FIREWALL /s,
    );
  });

  test('reach the resources', async () => {
    const { list } = describeDeployment(
      await synthesise('production', {
        environment: {
          LOUPE_ALARM_EMAIL: 'ops@example.com',
          LOUPE_MONTHLY_BUDGET_USD: '250',
          LOUPE_OTLP_ENDPOINT: 'https://otel.example.com',
          LOUPE_ORIGINS: 'https://console.example.com, http://localhost:5173',
          LOUPE_API_CONCURRENCY: '200',
          LOUPE_FIREWALL: 'on',
        },
      }),
    );
    const read = (type: string) => list(type).map(({ inputs }) => inputs);
    expect(read('aws:sns/topicSubscription:TopicSubscription')).toMatchObject([
      { protocol: 'email', endpoint: 'ops@example.com' },
    ]);
    expect(read('aws:budgets/budget:Budget')).toMatchObject([{ limitAmount: '250', timeUnit: 'MONTHLY' }]);
    for (const { environment } of read('aws:lambda/function:Function')) {
      expect(environment).toMatchObject({
        variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com' },
      });
    }
    const reserved = read('aws:lambda/function:Function').flatMap(({ name, reservedConcurrentExecutions }) =>
      reservedConcurrentExecutions === undefined ? [] : [[name, reservedConcurrentExecutions]],
    );
    expect(reserved).toEqual([['loupe-production-api', 200]]);
    expect(read('aws:wafv2/webAcl:WebAcl')).toMatchObject([{ scope: 'CLOUDFRONT' }]);
    const allowedOrigins = ['https://console.example.com', 'http://localhost:5173'];
    expect(read('aws:s3/bucketCorsConfiguration:BucketCorsConfiguration')).toMatchObject([
      { corsRules: [{ allowedOrigins }] },
    ]);
    expect(read('aws:apigatewayv2/api:Api')).toMatchObject([
      { corsConfiguration: { allowOrigins: allowedOrigins, exposeHeaders: ['retry-after', 'traceparent'] } },
    ]);
  });

  test('without an issuer people come from a user pool of the deployment, with one there is no pool', async () => {
    const api = (deployment: ReturnType<typeof describeDeployment>) =>
      deployment.find('aws:lambda/function:Function', 'name', 'loupe-production-api').environment as {
        readonly variables: Readonly<Record<string, string>>;
      };
    const own = describeDeployment(await synthesise('production'));
    expect(own.list('aws:cognito/userPool:UserPool').map(({ inputs }) => inputs)).toMatchObject([
      { deletionProtection: 'ACTIVE', usernameAttributes: ['email'] },
    ]);
    expect(api(own).variables.LOUPE_OIDC_ISSUER).toMatch(
      /^https:\/\/cognito-idp\.eu-central-1\.amazonaws\.com\/./,
    );
    expect(api(own).variables.LOUPE_OIDC_AUDIENCE).toMatch(/./);
    const environment = {
      LOUPE_OIDC_ISSUER: 'https://login.example.com',
      LOUPE_OIDC_AUDIENCE: 'loupe',
    };
    const other = describeDeployment(await synthesise('production', { environment }));
    expect(other.list('aws:cognito/userPool:UserPool')).toEqual([]);
    expect(api(other).variables).toMatchObject({ ...environment, LOUPE_OIDC_ALGORITHM: 'RS256' });
  });

  test('a missing secret stops the deployment with its name', async () => {
    await expect(synthesise('production', { secrets: { LoupeSecret: 'x'.repeat(40) } })).rejects.toThrow(
      /sst secret set LoupeOperatorKey/,
    );
  });

  test('a stage name that cannot be part of an API key stops it', async () => {
    await expect(synthesise('Feature-1')).rejects.toThrow(/lower-case letters and digits/);
  });
});
