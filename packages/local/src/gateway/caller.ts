// On whose behalf a function behind an API is invoked: the gateway's own, so that the function's policy has to let it,
// or that of the role that the integration names (`credentials`, CredentialsArn), which has to trust the gateway and to
// allow the call. Source: API Gateway developer guide, "Control access with IAM"; recorded on AWS: LocalStack
// apigateway_lambda, whose functions have no policy.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Principal } from '../call.ts';
import type { Platform } from '../platform.ts';

const SERVICE = 'apigateway.amazonaws.com';

interface Question {
  readonly account: string;
  readonly region: string;
  /** ARN of the method or route. */
  readonly sourceArn: string;
  readonly role: string | undefined;
}

/** @throws ServiceError `AccessDeniedException` when the gateway cannot assume the role */
export async function findCaller({ access, dispatch }: Platform, question: Question): Promise<Principal> {
  const { account, region, sourceArn, role } = question;
  const gateway = { kind: 'service', service: SERVICE, sourceArn } as const;
  if (role === undefined) return gateway;
  // A cloud without IAM has no roles to ask about.
  if (dispatch.service('iam')) {
    const trust = { roleArn: role, service: SERVICE, sourceArn };
    const distrust = await access.identity.findDistrust(trust, { account, region, principal: gateway });
    if (distrust !== undefined) {
      const message = `API Gateway does not have permission to assume the provided role ${role}: ${distrust}`;
      throw new ServiceError('AccessDeniedException', message, { status: 403 });
    }
  }
  return { kind: 'role', arn: role };
}

/** `arn:aws:iam::*:user/*` asks for the caller's own credentials, which are not looked at here. */
export function namesCaller(credentials: string): boolean {
  return /:user\/\*$/.test(credentials);
}
