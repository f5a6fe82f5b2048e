// AddLayerVersionPermission, RemoveLayerVersionPermission, GetLayerVersionPolicy: which accounts may use a layer
// version. Sentences: recorded on AWS (LocalStack lambda_api, test_layer_policy_exceptions and _lifecycle).
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AddLayerVersionPermissionRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { OperationsOf } from '../../../call.ts';
import type { Statement } from '../function.ts';
import { formatLayerArn, type LayerName, type LayerVersion, parseLayerName } from '../layers/layer.ts';
import type { Parts } from '../parts.ts';

export function layerPermissionOperations({ layers, platform }: Parts) {
  function find(name: LayerName, number: number): LayerVersion {
    const found = layers.find(name, number);
    if (found) return found.version;
    const message = `Layer version ${formatLayerArn(name, number)} does not exist.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }

  async function change(
    { name, number, revisionId }: { name: LayerName; number: number; revisionId: string | undefined },
    change: (statements: readonly Statement[]) => readonly Statement[],
  ): Promise<{ readonly RevisionId: string }> {
    find(name, number);
    const RevisionId = platform.ids.uuid();
    await layers.change(name, (layer) => ({
      ...layer,
      versions: layer.versions.map((version) => {
        if (version.version !== number) return version;
        const statements = change(version.statements);
        checkRevision(version, revisionId);
        return { ...version, statements, revisionId: RevisionId };
      }),
    }));
    return { RevisionId };
  }

  return {
    async AddLayerVersionPermission(input, call) {
      const { StatementId, VersionNumber: number, RevisionId: revisionId } = input;
      const name = parseLayerName(input.LayerName, call);
      const statement = createStatement(input, formatLayerArn(name, number));
      const changed = await change({ name, number, revisionId }, (statements) => {
        if (!statements.some(({ Sid }) => Sid === StatementId)) return [...statements, statement];
        throw new ServiceError(
          'ResourceConflictException',
          `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      });
      return { ...changed, Statement: JSON.stringify(statement) };
    },

    async RemoveLayerVersionPermission(
      { LayerName, VersionNumber: number, StatementId, RevisionId: revisionId },
      call,
    ) {
      const name = parseLayerName(LayerName, call);
      await change({ name, number, revisionId }, (statements) => {
        const kept = statements.filter(({ Sid }) => Sid !== StatementId);
        if (kept.length < statements.length) return kept;
        const message = `Statement ${StatementId} is not found in resource policy.`;
        throw new ServiceError('ResourceNotFoundException', message);
      });
      return {};
    },

    GetLayerVersionPolicy({ LayerName, VersionNumber }, call) {
      const { statements, revisionId: RevisionId } = find(parseLayerName(LayerName, call), VersionNumber);
      if (statements.length === 0) {
        throw new ServiceError('ResourceNotFoundException', 'No policy is associated with the given resource.');
      }
      const policy = { Version: '2012-10-17', Id: 'default', Statement: statements };
      return { Policy: JSON.stringify(policy), RevisionId };
    },
  } satisfies OperationsOf<'lambda'>;
}

function createStatement(input: AddLayerVersionPermissionRequest, resource: string): Statement {
  const { Principal, OrganizationId } = input;
  const account = /^\d{12}$/.test(Principal) ? `arn:aws:iam::${Principal}:root` : Principal;
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: account === '*' ? '*' : { AWS: account },
    Action: input.Action,
    Resource: resource,
    ...(OrganizationId !== undefined && { Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } } }),
  };
}

function checkRevision({ revisionId }: LayerVersion, expected: string | undefined): void {
  if (expected === undefined || expected === revisionId) return;
  throw new ServiceError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. ' +
      'Call the GetLayerPolicy API to retrieve the latest Revision Id',
  );
}
