// A function's resource policy: AddPermission writes statements, and a service that wants to invoke the function needs
// one. A role (another function's) needs one, too, or lambda:InvokeFunction in a policy of its own; a user's own
// credentials may always invoke.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AddPermissionRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { evaluatePolicy, type PolicyDocument, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { Call } from '../../call.ts';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import type { Found, Statement } from './function.ts';

const parsed = new WeakMap<readonly Statement[], PolicyDocument>();

/** The statement that AddPermission adds, in the members and the order in which Lambda prints them. */
export function createStatement(input: AddPermissionRequest, resource: string): Statement {
  const conditions: Record<string, Record<string, string>> = {};
  const add = (operator: string, key: string, value: string | undefined) => {
    if (value !== undefined) conditions[operator] = { ...conditions[operator], [key]: value };
  };
  add('StringEquals', 'AWS:SourceAccount', input.SourceAccount);
  add('StringEquals', 'aws:PrincipalOrgID', input.PrincipalOrgID);
  add('StringEquals', 'lambda:EventSourceToken', input.EventSourceToken);
  add('StringEquals', 'lambda:FunctionUrlAuthType', input.FunctionUrlAuthType);
  add('ArnLike', 'AWS:SourceArn', input.SourceArn);
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: parsePrincipal(input.Principal),
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

/** @throws ServiceError `AccessDeniedException` when a service or a role calls that no statement allows. */
export async function checkPermission({ access }: Platform, found: Found, call: Call): Promise<void> {
  const { fn, qualifier, arn } = found;
  const { principal, account } = call;
  if (principal.kind === 'account') return;
  if (principal.kind === 'role') {
    const policy = { Statement: ownEntry(fn.policies, qualifier) ?? [] };
    const request = { action: 'lambda:InvokeFunction', resource: arn, owner: fn.account, policy, tags: fn.tags };
    const denied = await access.findRefusal(call, request);
    if (denied !== undefined) throw new ServiceError('AccessDeniedException', denied, { status: 403 });
    return;
  }
  const { service, sourceArn, sourceAccount = account } = principal;
  const request = {
    action: 'lambda:InvokeFunction',
    resource: arn,
    principal: { kind: 'service' as const, service },
    context: { 'aws:SourceAccount': sourceAccount, ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }) },
  };
  const decision = evaluatePolicy(policyOf(ownEntry(fn.policies, qualifier)), request);
  if (decision.effect === 'Allow') return;
  const from = sourceArn === undefined ? '' : ` on behalf of ${sourceArn}`;
  throw new ServiceError(
    'AccessDeniedException',
    `The resource policy of ${arn} does not let ${service} invoke it${from}: add a permission (AddPermission, AWS::Lambda::Permission).`,
    { status: 403 },
  );
}

/** Whether a statement lets everybody call the function's URL (AuthType NONE needs one, too). */
export function mayCallUrl({ fn, qualifier, arn }: Found): boolean {
  const anybody = { kind: 'aws', arn: 'anonymous', account: 'anonymous' } as const;
  const context = { 'lambda:FunctionUrlAuthType': 'NONE' };
  const request = { action: 'lambda:InvokeFunctionUrl', resource: arn, principal: anybody, context };
  return evaluatePolicy(policyOf(ownEntry(fn.policies, qualifier)), request).effect === 'Allow';
}

function policyOf(statements: readonly Statement[] | undefined): PolicyDocument {
  if (!statements || statements.length === 0) return { statements: [] };
  const known = parsed.get(statements) ?? parsePolicy({ Version: '2012-10-17', Statement: statements });
  parsed.set(statements, known);
  return known;
}

function parsePrincipal(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
