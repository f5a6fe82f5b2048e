// AddPermission, RemovePermission, GetPolicy: a function's resource policy, statement by statement.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { ownEntry } from '../../../own-entry.ts';
import { namesLatest } from '../function.ts';
import type { Parts } from '../parts.ts';
import { createStatement } from '../permission.ts';

export function permissionOperations({ functions }: Parts) {
  return {
    async AddPermission(input, call) {
      // Source: recorded on AWS: LocalStack lambda_api test_permission_exceptions.
      if (namesLatest(input.FunctionName, input.Qualifier)) {
        const message = 'We currently do not support adding policies for $LATEST.';
        throw new ServiceError('InvalidParameterValueException', message);
      }
      const { fn, qualifier, arn } = functions.find(input.FunctionName, call, input.Qualifier);
      const statements = ownEntry(fn.policies, qualifier) ?? [];
      if (statements.some((statement) => statement.Sid === input.StatementId)) {
        throw new ServiceError(
          'ResourceConflictException',
          `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      }
      const statement = createStatement(input, arn);
      await functions.save({ ...fn, policies: { ...fn.policies, [qualifier]: [...statements, statement] } });
      return { Statement: JSON.stringify(statement) };
    },

    async RemovePermission({ FunctionName, StatementId, Qualifier }, call) {
      const { fn, qualifier } = functions.find(FunctionName, call, Qualifier);
      const statements = ownEntry(fn.policies, qualifier) ?? [];
      const kept = statements.filter((statement) => statement.Sid !== StatementId);
      if (kept.length === statements.length) {
        const message = `Statement ${StatementId} is not found in resource policy.`;
        throw new ServiceError('ResourceNotFoundException', message);
      }
      await functions.save({ ...fn, policies: { ...fn.policies, [qualifier]: kept } });
      return {};
    },

    GetPolicy({ FunctionName, Qualifier }, call) {
      const { fn, version, qualifier } = functions.find(FunctionName, call, Qualifier);
      const statements = ownEntry(fn.policies, qualifier) ?? [];
      if (statements.length === 0) {
        throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.');
      }
      const policy = { Version: '2012-10-17', Id: 'default', Statement: statements };
      return { Policy: JSON.stringify(policy), RevisionId: version.revisionId };
    },
  } satisfies OperationsOf<'lambda'>;
}
