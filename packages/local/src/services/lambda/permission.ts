// A function's resource policy: AddPermission writes statements, and a service that wants to invoke the function needs one.
// Users' own credentials and roles may always invoke: IAM policies of callers are not evaluated here.
import type { AddPermissionRequest } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Statement } from './function.ts';

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

function parsePrincipal(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
