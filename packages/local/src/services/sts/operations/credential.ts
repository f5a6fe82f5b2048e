// Temporary credentials: of a role for principals that its trust policy names, or of the caller; and the account of a
// key.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { evaluatePolicy, type PolicyRequest, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { Call, OperationsOf } from '../../../call.ts';
import { callerName, timeContext } from '../../../permissions/authorize.ts';
import { openCredentials, sessionArn } from '../../../permissions/credentials.ts';
import type { Parts } from '../parts.ts';
import { findRole, idOfMissingRole, openSession } from '../session.ts';

/** Seconds. Source: STS API reference, AssumeRole. */
const ROLE_SECONDS = 3600;

/** Twelve hours. Source: STS API reference, GetSessionToken. */
const SESSION_SECONDS = 43_200;

export function credentialOperations({ platform }: Parts) {
  return {
    /** Temporary credentials that act as a role, for principals that its trust policy names. */
    async AssumeRole(input, call) {
      const { RoleArn: arn, RoleSessionName: name, DurationSeconds: seconds = ROLE_SECONDS } = input;
      const [, account, roleName] = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
      if (account === undefined || roleName === undefined)
        throw new ServiceError('ValidationError', `${arn} is invalid`);
      if (input.Policy !== undefined || input.PolicyArns?.length) {
        throw new ServiceError('ValidationError', 'Earwitness does not apply session policies (Policy, PolicyArns).');
      }
      const found = await findRole(platform, { account, name: roleName }, call);
      const role = found?.Arn === arn ? found : undefined;
      if (role) {
        const context = {
          ...timeContext(platform.clock.now()),
          ...(input.ExternalId !== undefined && { 'sts:ExternalId': input.ExternalId }),
        };
        if (!isTrusted(role.AssumeRolePolicyDocument ?? '{}', call, context)) throw denied(call, arn);
        if (seconds > (role.MaxSessionDuration ?? ROLE_SECONDS)) {
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
        AssumedRoleUser: {
          AssumedRoleId: `${role?.RoleId ?? idOfMissingRole(account, roleName)}:${name}`,
          Arn: session,
        },
        ...(input.SourceIdentity !== undefined && { SourceIdentity: input.SourceIdentity }),
      };
    },

    /** Temporary credentials for the caller. */
    async GetSessionToken({ DurationSeconds: seconds = SESSION_SECONDS }, { account, principal }) {
      if (principal.kind !== 'account') {
        throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', { status: 403 });
      }
      return { Credentials: await openSession(platform, { account, principal }, seconds) };
    },

    /** The account to which an access key belongs. An unknown key belongs to the account that uses it. */
    GetAccessKeyInfo: ({ AccessKeyId: key }, { account }) => ({
      Account: openCredentials(platform.backbone).get(key)?.value.account ?? account,
    }),
  } satisfies OperationsOf<'sts'>;
}

type Context = NonNullable<PolicyRequest['context']>;

function isTrusted(encodedTrust: string, { account, principal }: Call, context: Context): boolean {
  const document = parsePolicy(decodeURIComponent(encodedTrust));
  const ask = (asked: NonNullable<PolicyRequest['principal']>) =>
    evaluatePolicy(document, { action: 'sts:AssumeRole', principal: asked, context }).effect;
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
