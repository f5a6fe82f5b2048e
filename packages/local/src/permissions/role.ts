// May the role of a target do what the delivery needs? Two questions, as on AWS: does it trust events.amazonaws.com, and does one of
// its policies allow the action on the resource. Verdicts are kept until something is written to IAM; the journal tells.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { evaluatePolicy, parsePolicy } from '@earwitness/protocol/internal/aws/policy';
import type { Call } from '../call.ts';
import type { Delivery, Outcome } from '../delivery/destination.ts';
import type { Platform } from '../platform.ts';
import { createVerdicts } from './verdicts.ts';

export interface RoleQuestion {
  readonly roleArn: string | undefined;
  /** `events:InvokeApiDestination` */
  readonly action: string;
  /** ARN that the action is done to. */
  readonly resource: string;
  /** Another form of it that policies may name. */
  readonly resourceInPolicy?: string;
}

/** Answers `undefined` when the role may, else how the delivery ends. */
export type RoleCheck = (delivery: Delivery, question: RoleQuestion) => Promise<Outcome | undefined>;

type Origin = Omit<Call, 'requestId'>;

export function createRoleCheck(platform: Platform): { check: RoleCheck; clear(): void; close(): void } {
  const { dispatch, journal } = platform;
  const verdicts = createVerdicts<Outcome | undefined>(journal);

  /** Why EventBridge cannot assume a role; `undefined` when it can. */
  async function findDistrust(arn: string, ruleArn: string, origin: Origin): Promise<string | undefined> {
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
    try {
      const { Role } = await dispatch.call('iam', 'GetRole', { RoleName }, origin);
      if (Role.Arn !== arn) return `The role ${RoleName} has another ARN: ${Role.Arn}.`;
      const trust = parsePolicy(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}'));
      const principal = { kind: 'service', service: 'events.amazonaws.com' } as const;
      const context = { 'aws:SourceArn': ruleArn, 'aws:SourceAccount': origin.account };
      if (evaluatePolicy(trust, { action: 'sts:AssumeRole', principal, context }).effect === 'Allow') return undefined;
      return 'Its trust policy (AssumeRolePolicyDocument) has to allow sts:AssumeRole to Principal {"Service": "events.amazonaws.com"}.';
    } catch (error) {
      if (error instanceof ServiceError) return error.message;
      throw error;
    }
  }

  async function ask(
    { account, region, ruleArn }: Delivery,
    question: RoleQuestion & { readonly roleArn: string },
  ): Promise<Outcome | undefined> {
    const { roleArn, action, resource, resourceInPolicy = resource } = question;
    const origin = { account, region, principal: { kind: 'service', service: 'events.amazonaws.com' } } as const;
    const distrust = await findDistrust(roleArn, ruleArn, origin);
    if (distrust !== undefined) {
      return {
        kind: 'dropped',
        code: 'FAILED_TO_ASSUME_ROLE',
        message: `EventBridge could not assume the role ${roleArn}.`,
        hint: distrust,
      };
    }
    const ResourceArns = [...new Set([resource, resourceInPolicy])];
    const { EvaluationResults = [] } = await dispatch.call(
      'iam',
      'SimulatePrincipalPolicy',
      { PolicySourceArn: roleArn, ActionNames: [action], ResourceArns },
      origin,
    );
    const decisions = EvaluationResults.map(({ EvalDecision }) => EvalDecision);
    const denied = decisions.includes('explicitDeny');
    if (!denied && decisions.includes('allowed')) return undefined;
    const because = denied
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
    return {
      kind: 'dropped',
      code: 'NO_PERMISSIONS',
      message: `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
      hint: `The role needs a policy statement {"Effect": "Allow", "Action": "${action}", "Resource": "${resource}"}.`,
    };
  }

  return {
    async check(delivery, question) {
      const { roleArn, action, resource } = question;
      // A cloud without IAM has no roles to ask about.
      if (roleArn === undefined || !dispatch.service('iam')) return undefined;
      const key = `${roleArn} ${action} ${resource} ${delivery.ruleArn}`;
      if (verdicts.has(key)) return verdicts.get(key);
      const verdict = await ask(delivery, { ...question, roleArn });
      verdicts.set(key, verdict);
      return verdict;
    },
    clear: verdicts.clear,
    close: verdicts.close,
  };
}
