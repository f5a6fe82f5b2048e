// A target that is another service's: one call through the dispatcher, and its refusal in EventBridge's terms.
import { queryErrorCode, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Call } from '../call.ts';
import type { Delivery, Outcome } from '../delivery/destination.ts';
import type { RoleCheck } from '../permissions/role.ts';

/** On whose behalf a target is called: its role's, when it has one, else EventBridge's for this rule. */
export type Origin = Omit<Call, 'requestId'>;

/** What a destination that calls a service stands on. */
export interface ServiceTarget {
  /** As the AWS SDK names the service in its messages: `AmazonSQS`. */
  readonly sdkName: string;
  /** Action that a target's role needs. */
  readonly action: string;
  readonly checkRole: RoleCheck;
}

/**
 * Calls a target's service once. `perform` makes the call and returns what the target calls what it took, if it has a
 * name for it; what it throws decides the outcome.
 */
export async function callTarget(
  delivery: Delivery,
  { sdkName, action, checkRole }: ServiceTarget,
  perform: (origin: Origin) => Promise<string | undefined>,
): Promise<Outcome> {
  const { account, region, ruleArn, target, traceHeader, eventId } = delivery;
  const roleArn = target.RoleArn;
  const refused = await checkRole(delivery, { roleArn, action, resource: target.Arn });
  if (refused) return refused;
  let isInjected = false;
  const told = () => (isInjected ? ({ isInjected } as const) : {});
  try {
    const takenAs = await perform({
      account,
      region,
      principal:
        roleArn === undefined
          ? { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn }
          : { kind: 'role', arn: roleArn },
      ...(traceHeader !== undefined && { traceId: traceHeader }),
      eventId,
      onInjected() {
        isInjected = true;
      },
    });
    return { kind: 'delivered', ...(takenAs !== undefined && { takenAs }), ...told() };
  } catch (error) {
    if (error instanceof ServiceError) return { ...judge(error, sdkName), ...told() };
    throw error;
  }
}

function judge(error: ServiceError, sdkName: string): Outcome {
  const { code } = error;
  const status = error.status ?? 400;
  const message = `${error.message} (Service: ${sdkName}; Status Code: ${status}; Error Code: ${queryErrorCode(error)})`;
  if (/throttl|toomanyrequests|requestlimit/i.test(code)) return { kind: 'retry', code: 'THROTTLING', message };
  if (status >= 500 && status !== 501) return { kind: 'retry', code: 'ERROR_FROM_TARGET', message };
  if (/accessdenied|unauthorized|authorizationerror/i.test(code))
    return { kind: 'dropped', code: 'NO_PERMISSIONS', message };
  if (/notfound|nonexistent|doesnotexist/i.test(code)) return { kind: 'dropped', code: 'NO_RESOURCE', message };
  return { kind: 'dropped', code: 'INVALID_PARAMETER', message };
}
