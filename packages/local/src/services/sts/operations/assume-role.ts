// AssumeRole: temporary credentials that act as a role, for those whom its trust policy names.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AssumeRoleRequest, AssumeRoleResponse } from '@earwitness/protocol/internal/aws/models/sts.types';
import { evaluatePolicy, type PolicyRequest, parsePolicy } from '@earwitness/protocol/internal/aws/policy';
import type { Call, Operation } from '../../../call.ts';
import { callerName } from '../../../permissions/authorize.ts';
import { sessionArn } from '../../../permissions/credentials.ts';
import type { Platform } from '../../../platform.ts';
import { findRole, idOfMissingRole, openSession } from '../session.ts';

/** Seconds. Source: STS API reference, AssumeRole. */
const DEFAULT_SECONDS = 3600;

export function assumeRole(platform: Platform): Operation<AssumeRoleRequest, AssumeRoleResponse> {
  return async (input, call) => {
    const { RoleArn: arn, RoleSessionName: name, DurationSeconds: seconds = DEFAULT_SECONDS } = input;
    const [, account, roleName] = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
    if (account === undefined || roleName === undefined) throw new ServiceError('ValidationError', `${arn} is invalid`);
    if (input.Policy !== undefined || input.PolicyArns?.length) {
      throw new ServiceError('ValidationError', 'Earwitness does not apply session policies (Policy, PolicyArns).');
    }
    const found = await findRole(platform, { account, name: roleName }, call);
    const role = found?.Arn === arn ? found : undefined;
    if (role) {
      if (!isTrusted(role.AssumeRolePolicyDocument ?? '{}', call, input.ExternalId)) throw denied(call, arn);
      if (seconds > (role.MaxSessionDuration ?? DEFAULT_SECONDS)) {
        throw new ServiceError(
          'ValidationError',
          'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        );
      }
    } else {
      platform.journal.record({
        kind: 'warning',
        about: 'sts:AssumeRole',
        message: `The role ${arn} does not exist: its session acts as the account here; AWS would refuse.`,
      });
    }
    const session = sessionArn(arn, name);
    const principal = role ? ({ kind: 'role', arn, session } as const) : ({ kind: 'account', arn: session } as const);
    return {
      Credentials: await openSession(platform, { account, principal }, seconds),
      AssumedRoleUser: { AssumedRoleId: `${role?.RoleId ?? idOfMissingRole(account, roleName)}:${name}`, Arn: session },
      ...(input.SourceIdentity !== undefined && { SourceIdentity: input.SourceIdentity }),
    };
  };
}

function isTrusted(encodedTrust: string, { account, principal }: Call, externalId: string | undefined): boolean {
  const document = parsePolicy(decodeURIComponent(encodedTrust));
  const ask = (asked: NonNullable<PolicyRequest['principal']>) =>
    evaluatePolicy(document, {
      action: 'sts:AssumeRole',
      principal: asked,
      context: externalId === undefined ? {} : { 'sts:ExternalId': externalId },
    }).effect;
  if (principal.kind === 'service') return ask({ kind: 'service', service: principal.service }) === 'Allow';
  const names =
    principal.kind === 'role' && principal.session !== undefined ? [principal.arn, principal.session] : [principal.arn];
  const answers = names.map((arn) => ask({ kind: 'aws', arn, account }));
  return answers.includes('Allow') && !answers.includes('Deny');
}

function denied({ principal }: Call, arn: string): ServiceError {
  return new ServiceError(
    'AccessDenied',
    `User: ${callerName(principal)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    { status: 403 },
  );
}
