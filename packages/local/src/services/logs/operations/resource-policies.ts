// PutResourcePolicy, DescribeResourcePolicies, DeleteResourcePolicy: which services may write into the account's log groups.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  DeleteResourcePolicyRequest,
  DescribeResourcePoliciesRequest,
  DescribeResourcePoliciesResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ResourcePolicy,
} from '@earwitness/protocol/internal/aws/models/logs.types';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy';
import type { Operation } from '../../../call.ts';
import { invalidParameter, type LogPolicy, type LogStore, takePage } from '../log-store.ts';

export function putResourcePolicy(store: LogStore): Operation<PutResourcePolicyRequest, PutResourcePolicyResponse> {
  return async ({ policyName: name, policyDocument: document, resourceArn }, { account, region }) => {
    if (resourceArn !== undefined)
      throw invalidParameter('Earwitness does not keep policies of single log groups (resourceArn).');
    if (name === undefined || document === undefined)
      throw invalidParameter('policyName and policyDocument are required.');
    try {
      parsePolicy(document);
    } catch (error) {
      if (error instanceof PolicySyntaxError) throw invalidParameter(error.message);
      throw error;
    }
    const policy = { name, document, updatedAt: store.platform.clock.now() };
    await store.policies.put(`${account}/${region}/${name}`, policy);
    return { resourcePolicy: describe(policy) };
  };
}

export function describeResourcePolicies(
  store: LogStore,
): Operation<DescribeResourcePoliciesRequest, DescribeResourcePoliciesResponse> {
  return ({ limit = 50, nextToken: token }, { account, region }) => {
    const policies = store.policies.list(`${account}/${region}/`).map((row) => row.value);
    const { page, next } = takePage(policies, limit, token);
    return { resourcePolicies: page.map(describe), ...(next !== undefined && { nextToken: next }) };
  };
}

export function deleteResourcePolicy(store: LogStore): Operation<DeleteResourcePolicyRequest> {
  return async ({ policyName: name }, { account, region }) => {
    if (!(await store.policies.delete(`${account}/${region}/${name}`))) {
      throw new ServiceError('ResourceNotFoundException', `Policy with name [${name}] does not exist`);
    }
    return {};
  };
}

function describe({ name, document, updatedAt }: LogPolicy): ResourcePolicy {
  return { policyName: name, policyDocument: document, lastUpdatedTime: updatedAt, policyScope: 'ACCOUNT' };
}
