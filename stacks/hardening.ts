/**
 * Narrower than SST 4.17.1 makes it: whom a function's role trusts and where it logs, for whom the scheduler acts,
 * and who may send to a queue that listens to the bucket.
 */

const { accountId } = aws.getCallerIdentityOutput({});
const { partition } = aws.getPartitionOutput({});
const { region } = aws.getRegionOutput({});

/** SST lets the whole account assume the role, and write to every log group. A live session needs the former. */
export function hardenFunctionRole(args: aws.iam.RoleArgs): undefined {
  args.managedPolicyArns = [];
  if (!$dev)
    args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' });
}

/** Writing to the function's own log group, in place of AWS's policy for all of them. */
export function permitLogging(functionName: string): sst.aws.FunctionPermissionArgs {
  const group = `/aws/lambda/${functionName}`;
  return {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [$interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:${group}:*`],
  };
}

/** The scheduler assumes the role for schedules of this account alone. */
export function hardenSchedulerRole(args: aws.iam.RoleArgs): undefined {
  args.assumeRolePolicy = accountId.apply((id) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': id } },
        },
      ],
    }),
  );
}

/** Of the queue policies made from here on: SST admits S3, SNS and EventBridge of any account. */
export function admitOnlyBucket(bucketArn: $util.Output<string>): void {
  $transform(aws.sqs.QueuePolicy, (args) => {
    args.policy = $resolve([args.policy, bucketArn, accountId]).apply(([policy, source, account]) => {
      const { Statement, ...rest } = typeof policy === 'string' ? JSON.parse(policy) : policy;
      const statements = [Statement].flat().map((statement) => ({
        ...statement,
        Principal: { Service: 's3.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': source },
          StringEquals: { 'aws:SourceAccount': account },
        },
      }));
      return JSON.stringify({ ...rest, Statement: statements });
    });
  });
}
