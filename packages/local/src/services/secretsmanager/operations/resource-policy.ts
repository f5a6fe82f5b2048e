// GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy and ValidateResourcePolicy.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
} from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy';
import type { Operation } from '../../../call.ts';
import type { Secrets } from '../secrets.ts';

export function getResourcePolicy(secrets: Secrets): Operation<GetResourcePolicyRequest, GetResourcePolicyResponse> {
  return async ({ SecretId: id }, call) => {
    const { arn, name, policy } = await secrets.open(id, call, 'GetResourcePolicy');
    return { ARN: arn, Name: name, ...(policy !== undefined && { ResourcePolicy: policy }) };
  };
}

export function putResourcePolicy(secrets: Secrets): Operation<PutResourcePolicyRequest, PutResourcePolicyResponse> {
  return async ({ SecretId: id, ResourcePolicy: policy }, call) => {
    const secret = await secrets.openToWrite(id, call, 'PutResourcePolicy');
    const wrong = whatIsWrong(policy);
    if (wrong !== undefined) throw new ServiceError('MalformedPolicyDocumentException', wrong);
    await secrets.save({ ...secret, policy });
    return { ARN: secret.arn, Name: secret.name };
  };
}

export function deleteResourcePolicy(
  secrets: Secrets,
): Operation<DeleteResourcePolicyRequest, DeleteResourcePolicyResponse> {
  return async ({ SecretId: id }, call) => {
    const { policy: _, ...secret } = await secrets.openToWrite(id, call, 'DeleteResourcePolicy');
    await secrets.save(secret);
    return { ARN: secret.arn, Name: secret.name };
  };
}

export function validateResourcePolicy(): Operation<ValidateResourcePolicyRequest, ValidateResourcePolicyResponse> {
  return ({ ResourcePolicy: policy }) => {
    const wrong = whatIsWrong(policy);
    return {
      PolicyValidationPassed: wrong === undefined,
      ValidationErrors: wrong === undefined ? [] : [{ CheckName: 'SYNTAX', ErrorMessage: wrong }],
    };
  };
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
