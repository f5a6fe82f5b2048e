// May the role of a target do what the delivery needs? Two questions, as on AWS: does it trust events.amazonaws.com,
// and does one of its policies allow the action on the resource.
import type { Delivery, Outcome } from '../delivery/destination.ts';
import type { Platform } from '../platform.ts';
import { identityRefusal } from './identity.ts';

export interface RoleQuestion {
  readonly roleArn: string | undefined;
  /** `events:InvokeApiDestination` */
  readonly action: string;
  /** ARN that the action is done to. */
  readonly resource: string;
  /** Another form of it that policies may name. */
  readonly resourceInPolicy?: string;
}

/** Resolves to `undefined` when the role may, else to how the delivery ends. */
export type RoleCheck = (delivery: Delivery, question: RoleQuestion) => Promise<Outcome | undefined>;

const SERVICE = 'events.amazonaws.com';

export function createRoleCheck({ access: { identity }, dispatch }: Platform): RoleCheck {
  return async ({ account, region, ruleArn }, { roleArn, action, resource, resourceInPolicy = resource }) => {
    // A cloud without IAM has no roles to ask about.
    if (roleArn === undefined || !dispatch.service('iam')) return undefined;
    const origin = { account, region, principal: { kind: 'service', service: SERVICE } } as const;
    const distrust = await identity.findDistrust({ roleArn, service: SERVICE, sourceArn: ruleArn }, origin);
    if (distrust !== undefined) return cannotAssume(roleArn, distrust);
    const verdict = await identity.ask({ roleArn, action, resources: [resource, resourceInPolicy] }, origin);
    if (verdict === 'no such role') return cannotAssume(roleArn, 'The role does not exist.');
    const because = identityRefusal(verdict, action);
    if (because === undefined) return undefined;
    return {
      kind: 'dropped',
      code: 'NO_PERMISSIONS',
      message: `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
      hint: `The role needs a policy statement {"Effect": "Allow", "Action": "${action}", "Resource": "${resource}"}.`,
    };
  };
}

function cannotAssume(roleArn: string, hint: string): Outcome {
  const message = `EventBridge could not assume the role ${roleArn}.`;
  return { kind: 'dropped', code: 'FAILED_TO_ASSUME_ROLE', message, hint };
}
