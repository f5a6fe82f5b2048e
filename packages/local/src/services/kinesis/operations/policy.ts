// The resource policy of a stream.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { invalid, placeOfArn, streamArn } from '../stream.ts';

export function policyOperations({ streams }: Parts) {
  const open = (arn: string) => {
    const place = placeOfArn(arn);
    if (arn !== streamArn(place)) throw invalid('Earwitness keeps policies of streams, not of consumers.');
    return { StreamARN: arn };
  };
  return {
    async PutResourcePolicy({ ResourceARN: arn, Policy: policy }, call) {
      const stream = await streams.open(open(arn), call, 'PutResourcePolicy');
      checkPolicy(policy);
      await streams.change(stream, (row) => ({ ...row, policy }));
      return {};
    },

    async GetResourcePolicy({ ResourceARN: arn }, call) {
      const { policy } = await streams.open(open(arn), call, 'GetResourcePolicy');
      // Recorded on AWS: LocalStack, test_resource_policy_crud.
      return { Policy: policy ?? '{}' };
    },

    async DeleteResourcePolicy({ ResourceARN: arn }, call) {
      const stream = await streams.open(open(arn), call, 'DeleteResourcePolicy');
      if (stream.policy === undefined) throw new ServiceError('ResourceNotFoundException', `${arn} has no policy.`);
      await streams.change(stream, ({ policy: _, ...row }) => row);
      return {};
    },
  } satisfies OperationsOf<'kinesis'>;
}

function checkPolicy(text: string): void {
  try {
    parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw invalid(`The policy is not valid: ${error.message}`);
    throw error;
  }
}
