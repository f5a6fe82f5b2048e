// Resource policies of secrets.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import { checkId } from '../secrets.ts';

export function resourcePolicyOperations({ secrets }: Parts) {
  return {
    async GetResourcePolicy({ SecretId: id }, call) {
      const { arn, name, policy } = await secrets.open(id, call, 'GetResourcePolicy');
      return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
    },

    async PutResourcePolicy({ SecretId: id, ResourcePolicy: policy }, call) {
      const secret = await secrets.openToWrite(id, call, 'PutResourcePolicy');
      const wrong = whatIsWrong(policy);
      if (wrong !== undefined) throw new ServiceError('MalformedPolicyDocumentException', wrong);
      await secrets.change(secret, (now) => ({ ...now, policy }));
      return { ARN: secret.arn, Name: secret.name };
    },

    async DeleteResourcePolicy({ SecretId: id }, call) {
      const secret = await secrets.openToWrite(id, call, 'DeleteResourcePolicy');
      await secrets.change(secret, ({ policy: _, ...now }) => now);
      return { ARN: secret.arn, Name: secret.name };
    },

    ValidateResourcePolicy({ SecretId: id, ResourcePolicy: policy }) {
      if (id !== undefined) checkId(id);
      const wrong = whatIsWrong(policy);
      return {
        PolicyValidationPassed: wrong === undefined,
        ValidationErrors: wrong === undefined ? [] : [{ CheckName: 'SYNTAX', ErrorMessage: wrong }],
      };
    },
  } satisfies OperationsOf<'secretsmanager'>;
}

function whatIsWrong(policy: string): string | undefined {
  try {
    parsePolicy(policy);
    return undefined;
  } catch (error) {
    if (error instanceof PolicySyntaxError) return error.message;
    throw error;
  }
}
