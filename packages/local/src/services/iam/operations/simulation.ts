// SimulatePrincipalPolicy: may this role or user do these things to these resources? The other services ask it, too.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { EvaluationResult } from '@earwitness/protocol/internal/aws/models/iam.types';
import type { OperationsOf } from '../../../call.ts';
import { checkDocument } from '../document.ts';
import type { Holder } from '../holder.ts';
import type { Identities } from '../identities.ts';
import type { Parts } from '../parts.ts';
import { policiesOf, simulate } from '../simulation.ts';

export function simulationOperations({ identities }: Parts) {
  return {
    SimulatePrincipalPolicy(input) {
      if (input.ResourcePolicy !== undefined || input.PermissionsBoundaryPolicyInputList !== undefined) {
        throw new ServiceError(
          'InvalidInput',
          'Earwitness does not simulate ResourcePolicy or PermissionsBoundaryPolicyInputList.',
        );
      }
      const holder = findHolder(identities, input.PolicySourceArn);
      const more = input.PolicyInputList ?? [];
      for (const document of more) checkDocument(document);
      const policies = [
        ...policiesOf(identities, holder),
        ...more.map((document, index) => ({ name: `PolicyInputList.${index + 1}`, document })),
      ];
      const boundary =
        holder.boundary === undefined
          ? undefined
          : { name: holder.boundary, document: identities.document(holder.boundary) ?? '{}' };
      const entries = (input.ContextEntries ?? []).map((entry) => [
        entry.ContextKeyName ?? '',
        entry.ContextKeyValues ?? [],
      ]);
      const tags = holder.tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value]);
      const context = { 'aws:PrincipalArn': holder.arn, ...Object.fromEntries(tags), ...Object.fromEntries(entries) };
      const results: EvaluationResult[] = [];
      for (const action of input.ActionNames) {
        for (const resource of input.ResourceArns ?? ['*']) {
          const { verdict, decidedBy } = simulate(policies, { action, resource, context }, boundary);
          results.push({
            EvalActionName: action,
            EvalResourceName: resource,
            EvalDecision: verdict,
            MatchedStatements: decidedBy.map((name) => ({ SourcePolicyId: name, SourcePolicyType: 'none' })),
            MissingContextValues: [],
          });
        }
      }
      return { EvaluationResults: results, IsTruncated: false };
    },
  } satisfies OperationsOf<'iam'>;
}

/** The role or user that an ARN names; a session stands for its role. */
function findHolder(identities: Identities, arn: string): Holder {
  const { account = '', resource = '' } = parseArn(arn) ?? {};
  const [, session] = /^assumed-role\/([^/]+)\//.exec(resource) ?? [];
  if (session !== undefined) return identities.holder('role', session, { account });
  const [, kind, name] = /^(role|user)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
  if ((kind === 'role' || kind === 'user') && name !== undefined) return identities.holder(kind, name, { account });
  throw new ServiceError('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
}
