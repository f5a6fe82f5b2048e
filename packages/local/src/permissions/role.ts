// May the role of a target do what is needed there? Two questions, as on AWS: does it trust the service that acts as
// it, and does one of its policies allow the action on the resource.
import type { Delivery, Failure, Outcome } from '../delivery/destination.ts';
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

/** Who acts as a role, and for what: the rule of a bus, say. */
export interface RoleUse {
  /** `events.amazonaws.com` */
  readonly service: string;
  /** The service's name in sentences. */
  readonly title: string;
  readonly account: string;
  readonly region: string;
  readonly sourceArn: string;
  /** Of the event whose delivery it is. */
  readonly eventId?: string;
}

/** A role that may not. */
export type RoleRefusal = Failure & { readonly kind: 'dropped' };

/** Asks what a role may: does it trust the service, and does one of its policies allow the action. */
export async function findRoleRefusal(
  { access: { identity }, dispatch, journal }: Platform,
  { service, title, account, region, sourceArn, eventId }: RoleUse,
  { roleArn, action, resource, resourceInPolicy = resource }: RoleQuestion,
): Promise<RoleRefusal | undefined> {
  // A cloud without IAM has no roles to ask about.
  if (roleArn === undefined || !dispatch.service('iam')) return undefined;
  const origin = { account, region, principal: { kind: 'service', service } } as const;
  const distrust = await identity.findDistrust({ roleArn, service, sourceArn }, origin);
  if (distrust !== undefined) return cannotAssume(title, roleArn, distrust);
  const verdict = await identity.ask({ roleArn, action, resources: [resource, resourceInPolicy] }, origin);
  if (verdict === 'no such role') return cannotAssume(title, roleArn, 'The role does not exist.');
  const because = identityRefusal(verdict, action);
  if (because === undefined) {
    // A service that is called next asks by itself, and tells; an API destination is none.
    if (journal.isWatched && action === 'events:InvokeApiDestination') {
      const event = eventId === undefined ? {} : { eventId };
      journal.record({ kind: 'access.allowed', principal: roleArn, action, resource, by: 'identity policy', ...event });
    }
    return undefined;
  }
  return {
    kind: 'dropped',
    code: 'NO_PERMISSIONS',
    message: `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
    hint: `The role needs a policy statement {"Effect": "Allow", "Action": "${action}", "Resource": "${resource}"}.`,
  };
}

/** Resolves to `undefined` when the role may or there is none, else to how the delivery ends. */
export type RoleCheck = (delivery: Delivery, question: RoleQuestion) => Promise<Outcome | undefined>;

/** For the targets of rules. */
export function createRoleCheck(platform: Platform): RoleCheck {
  const service = 'events.amazonaws.com';
  const title = 'EventBridge';
  return ({ account, region, ruleArn, eventId }, question) =>
    findRoleRefusal(platform, { service, title, account, region, sourceArn: ruleArn, eventId }, question);
}

function cannotAssume(title: string, roleArn: string, hint: string): RoleRefusal {
  const message = `${title} could not assume the role ${roleArn}.`;
  return { kind: 'dropped', code: 'FAILED_TO_ASSUME_ROLE', message, hint };
}
