// A bucket's policy, and whether it lets the public in.
import { partitionOf } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { bucketArn } from '../notifications/notice.ts';
import type { Parts } from '../parts.ts';
import { checkBucketPolicy } from '../policies/bucket-policy.ts';
import { isPublicPolicy } from '../policies/public-policy.ts';

export function policyOperations({ buckets }: Parts) {
  return {
    async GetBucketPolicy({ Bucket: name }, call) {
      const { policy } = await buckets.open(name, call, 's3:GetBucketPolicy');
      return { Policy: policy ?? refuseMissing(name) };
    },

    async PutBucketPolicy({ Bucket: name, Policy: policy }, call) {
      const { region } = await buckets.open(name, call, 's3:PutBucketPolicy');
      checkBucketPolicy(policy, bucketArn(name, partitionOf(region)));
      await buckets.change(name, (row) => ({ ...row, policy }));
      return {};
    },

    async DeleteBucketPolicy({ Bucket: name }, call) {
      await buckets.open(name, call, 's3:DeleteBucketPolicy');
      await buckets.change(name, ({ policy: _, ...row }) => row);
      return {};
    },

    async GetBucketPolicyStatus({ Bucket: name }, call) {
      const { policy } = await buckets.open(name, call, 's3:GetBucketPolicyStatus');
      return { PolicyStatus: { IsPublic: isPublicPolicy(policy ?? refuseMissing(name)) } };
    },
  } satisfies OperationsOf<'s3'>;
}

function refuseMissing(BucketName: string): never {
  const fields = { BucketName };
  throw new ServiceError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404, fields });
}
