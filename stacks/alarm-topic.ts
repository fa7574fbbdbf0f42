import { options } from './environment.ts';
import { renderAccountName } from './names.ts';

const { accountId } = aws.getCallerIdentityOutput({});
const { partition } = aws.getPartitionOutput({});

/**
 * A key that CloudWatch may use: with AWS's own for SNS (`alias/aws/sns`), whose policy nobody can change, no alarm gets
 * through. It is not the key of the tenants' secrets, which CloudWatch has nothing to do with.
 */
const key = new aws.kms.Key('AlarmsKey', {
  description: `Alarms of ${$app.name} ${$app.stage} on their way`,
  enableKeyRotation: true,
  deletionWindowInDays: 7,
  policy: $resolve([accountId, partition]).apply(([account, part]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:${part}:iam::${account}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
        },
      ],
    }),
  ),
});

export const alarmTopic = new aws.sns.Topic('Alarms', {
  name: renderAccountName('alarms'),
  kmsMasterKeyId: key.arn,
});

if (options.alarmEmail !== undefined) {
  new aws.sns.TopicSubscription('AlarmsByEmail', {
    topic: alarmTopic.arn,
    protocol: 'email',
    endpoint: options.alarmEmail,
  });
}
