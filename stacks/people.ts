import { options } from './environment.ts';

const { region } = aws.getRegionOutput({});

/** Who vouches for people: the issuer that the operator names, or a Cognito user pool of this deployment's own. */
export const issuer = options.issuer ?? createPool();

function createPool() {
  const pool = new sst.aws.CognitoUserPool('People', {
    usernames: ['email'],
    transform: {
      userPool: {
        deletionProtection: $app.protect ? 'ACTIVE' : 'INACTIVE',
        // People come by invitation: whoever signs up alone belongs to no tenant.
        passwordPolicy: {
          minimumLength: 12,
          requireLowercase: false,
          requireNumbers: false,
          requireSymbols: false,
          requireUppercase: false,
          temporaryPasswordValidityDays: 7,
        },
      },
    },
  });
  const client = pool.addClient('Console');
  return {
    url: $interpolate`https://cognito-idp.${region}.amazonaws.com/${pool.id}`,
    audience: client.id,
    algorithm: 'RS256',
  };
}
