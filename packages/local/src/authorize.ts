// May this call do that to this resource? The one place where principals, resource policies and identity policies meet.
//
// The account's own credentials may do everything to what the account owns (there is no point in locking a developer out of a
// laptop); services need the resource's policy, roles need it or a policy of their own, other accounts need it. An explicit Deny
// always wins. Sentences are AWS's.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { evaluatePolicy, parsePolicy } from '@earwitness/protocol/internal/aws/policy';
import type { Dispatch } from './dispatch.ts';
import type { Call, Principal } from './service.ts';

export interface AccessRequest {
  /** `secretsmanager:GetSecretValue`; SQS writes its own in lower case. Compared without regard to case. */
  readonly action: string;
  /** ARN of what is acted on. */
  readonly resource: string;
  /** Account that owns it, 12 digits. */
  readonly owner: string;
  /** The resource's own policy, as JSON text. */
  readonly policy?: string | undefined;
}

/** `undefined` when allowed; else AWS's sentence. */
export type Refusal = string | undefined;

/** Decides whether a call may act on a resource. */
export async function findRefusal(dispatch: Dispatch, call: Call, request: AccessRequest): Promise<Refusal> {
  const { principal } = call;
  if (principal.kind === 'account' && call.account === request.owner) return undefined;

  const byResource = decideByResource(call, request);
  if (byResource === 'Deny') return sentence(principal, request, 'with an explicit deny in a resource-based policy');
  if (principal.kind !== 'role') {
    return byResource === 'Allow' ? undefined : sentence(principal, request, missing('resource-based', request));
  }

  const byIdentity = await decideByIdentity(dispatch, principal.arn, call, request);
  if (byIdentity === 'explicitDeny') {
    return sentence(principal, request, 'with an explicit deny in an identity-based policy');
  }
  if (byIdentity === 'allowed' || byResource === 'Allow') return undefined;
  return sentence(principal, request, missing('identity-based', request));
}

async function decideByIdentity(dispatch: Dispatch, roleArn: string, call: Call, { action, resource }: AccessRequest) {
  const question = { PolicySourceArn: roleArn, ActionNames: [action], ResourceArns: [resource] };
  try {
    const { EvaluationResults: results = [] } = await dispatch.call('iam', 'SimulatePrincipalPolicy', question, call);
    return results[0]?.EvalDecision ?? 'implicitDeny';
  } catch (error) {
    // A role that does not exist acts as the account, as a session of it does (services/sts): functions are often given made-up
    // roles on a laptop. Where AWS could not have assumed the role (a rule's target), the caller has found that out before.
    if (error instanceof ServiceError && error.code === 'NoSuchEntity') return 'allowed';
    throw error;
  }
}

function decideByResource(call: Call, request: AccessRequest): 'Allow' | 'Deny' | 'none' {
  if (request.policy === undefined) return 'none';
  const { principal } = call;
  const sourceArn = principal.kind === 'service' ? principal.sourceArn : undefined;
  const sourceAccount = sourceArn === undefined ? undefined : parseArn(sourceArn)?.account;
  const { effect } = evaluatePolicy(parsePolicy(request.policy), {
    action: request.action,
    resource: request.resource,
    principal:
      principal.kind === 'service'
        ? { kind: 'service', service: principal.service }
        : { kind: 'aws', arn: principal.arn, account: parseArn(principal.arn)?.account ?? call.account },
    context: {
      ...(principal.kind === 'service'
        ? { 'aws:PrincipalIsAWSService': 'true' }
        : { 'aws:PrincipalArn': principal.arn }),
      ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }),
      ...(sourceAccount && { 'aws:SourceAccount': sourceAccount }),
    },
  });
  return effect;
}

function missing(kind: 'resource-based' | 'identity-based', request: AccessRequest): string {
  return `because no ${kind} policy allows the ${request.action} action`;
}

function sentence(principal: Principal, request: AccessRequest, why: string): string {
  const who = callerName(principal);
  return `User: ${who} is not authorized to perform: ${request.action} on resource: ${request.resource} ${why}`;
}

/** How AWS's sentences call a principal. */
export function callerName(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? (principal.session ?? principal.arn) : principal.arn;
}
