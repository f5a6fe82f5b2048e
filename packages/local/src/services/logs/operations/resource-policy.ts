// PutResourcePolicy, DescribeResourcePolicies, DeleteResourcePolicy: which services may write into the account's log
// groups.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ResourcePolicy } from '@earwitness/protocol/internal/aws/models/logs.types';
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { OperationsOf } from '../../../call.ts';
import { invalidParameter, type LogPolicy, takePage } from '../log-store.ts';
import type { Parts } from '../parts.ts';

/** In an account and region. Source: CloudWatch Logs quotas, "Resource policies". */
const MAX_POLICIES = 10;

export function resourcePolicyOperations({ platform, store }: Parts) {
  return {
    async PutResourcePolicy({ policyName: name, policyDocument: document, resourceArn }, { account, region }) {
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
      const others = store.policies.list(`${account}/${region}/`).filter((row) => row.value.name !== name);
      if (others.length >= MAX_POLICIES) throw new ServiceError('LimitExceededException', 'Resource limit exceeded.');
      const policy = { name, document, updatedAt: platform.clock.now() };
      await store.policies.put(`${account}/${region}/${name}`, policy);
      return { resourcePolicy: describe(policy) };
    },

    DescribeResourcePolicies(input, { account, region }) {
      const policies = store.policies.list(`${account}/${region}/`).map((row) => row.value);
      const { page, next } = takePage(policies, input);
      return { resourcePolicies: page.map(describe), ...next };
    },

    async DeleteResourcePolicy({ policyName: name }, { account, region }) {
      if (!(await store.policies.delete(`${account}/${region}/${name}`))) {
        throw new ServiceError('ResourceNotFoundException', `Policy with name [${name}] does not exist.`);
      }
      return {};
    },
  } satisfies OperationsOf<'logs'>;
}

function describe({ name, document, updatedAt }: LogPolicy): ResourcePolicy {
  return { policyName: name, policyDocument: document, lastUpdatedTime: updatedAt, policyScope: 'ACCOUNT' };
}
