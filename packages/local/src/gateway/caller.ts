// On whose behalf a function behind an API is invoked: the gateway's own, so that the function's policy has to let
// it, the caller's, or that of the role that the integration or the authorizer names (`credentials`, CredentialsArn),
// which has to trust the gateway and to allow the call. Source: API Gateway developer guide, "Control access with
// IAM"; recorded on AWS: LocalStack apigateway_lambda, whose functions have no policy.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import type { Principal } from '../call.ts';
import { isInspected } from '../inspector.ts';
import { ownEntry } from '../own-entry.ts';
import type { Platform } from '../platform.ts';
import type { DeployedStage } from './deployed-stage.ts';

const SERVICE = 'apigateway.amazonaws.com';

interface Question {
  readonly account: string;
  readonly region: string;
  /** ARN of the method, the route or the authorizer. */
  readonly sourceArn: string;
  readonly role: string | undefined;
  /** Who signed the request, for integrations that act as the caller. */
  readonly signer: Principal | undefined;
}

/** @throws ServiceError `AccessDeniedException` when the gateway cannot assume the role */
export async function findCaller({ access, dispatch }: Platform, question: Question): Promise<Principal> {
  const { account, region, sourceArn, role, signer } = question;
  const gateway = { kind: 'service', service: SERVICE, sourceArn } as const;
  if (role === undefined) return gateway;
  if (namesCaller(role)) {
    if (signer) return signer;
    const message = 'The integration acts as the caller, and its method does not ask who that is (AWS_IAM).';
    throw new ServiceError('AccessDeniedException', message, { status: 403 });
  }
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

/** `arn:aws:iam::*:user/*` asks for the caller's own. Source: API Gateway API reference, PutIntegration. */
function namesCaller(credentials: string): boolean {
  return /:user\/\*$/.test(credentials);
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/…`, which permissions and policies name with wildcards. */
export function executeApiArn({ region, account, apiId }: DeployedStage, rest: string): string {
  return formatArn({ service: 'execute-api', region, account, resource: `${apiId}/${rest}` });
}

/** A function's ARN with the stage's variables in it. */
export function fillVariables(arn: string, { variables }: DeployedStage): string {
  return arn.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => ownEntry(variables, name) ?? '');
}

interface FunctionCall {
  /** May name stage variables. */
  readonly arn: string;
  readonly sourceArn: string;
  readonly role: string | undefined;
  readonly signer?: Principal | undefined;
  readonly event: object;
  readonly traceId: string;
  /** What the invocation is called. Left out: it gets a name. */
  readonly requestId?: string;
  readonly limitMs: number;
}

/** What a function answered: what it returned, what it failed with, or nothing in time. */
type FunctionAnswer =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: { readonly name: string; readonly message: string } }
  | { readonly kind: 'too late' };

/** @throws ServiceError when the function is not there, or the gateway may not call it */
export async function callFunction(
  platform: Platform,
  stage: DeployedStage,
  { limitMs, ...called }: FunctionCall,
): Promise<FunctionAnswer> {
  const response = await within(platform, limitMs, invoke(platform, stage, called));
  if (response === 'too late') return { kind: 'too late' };
  const value = parsePayload(Buffer.from(response.Payload ?? []).toString('utf8'));
  if (response.FunctionError === undefined) return { kind: 'returned', value };
  const error = value as { errorType?: unknown; errorMessage?: unknown } | null;
  const name = String(error?.errorType ?? 'Error');
  return { kind: 'failed', error: { name, message: String(error?.errorMessage ?? '') } };
}

async function invoke(
  platform: Platform,
  stage: DeployedStage,
  { arn: declared, sourceArn, role, signer, event, ...origin }: Omit<FunctionCall, 'limitMs'>,
) {
  const { account, region } = stage;
  const arn = fillVariables(declared, stage);
  const principal = await findCaller(platform, { account, region, sourceArn, role, signer });
  const input = { FunctionName: arn, Payload: Buffer.from(JSON.stringify(event)) };
  return await platform.dispatch.call('lambda', 'Invoke', input, {
    account,
    // A function may be in another region than its API.
    region: parseArn(arn)?.region ?? region,
    principal,
    ...origin,
  });
}

/** What is called may still be running when the gateway has lost patience. */
export function within<T>({ clock }: Platform, limitMs: number, work: Promise<T>): Promise<T | 'too late'> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(clock.now() + limitMs, () => {
      if (!isInspected()) resolve('too late');
    });
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
