// May the role of a target do what the delivery needs? Two questions, as on AWS: does it trust events.amazonaws.com, and does one of
// its policies allow the action on the resource. Verdicts are kept until something is written to IAM; the journal tells.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Delivery, Outcome } from '../delivery/destination.ts';
import type { Ground } from '../service.ts';

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

const READS = /^(Get|List|Simulate)/;

export function createRoleCheck(ground: Ground): { check: RoleCheck; clear(): void; close(): void } {
  const { dispatch, journal } = ground;
  const verdicts = new Map<string, Outcome | undefined>();
  const leave = journal.listen((fact) => {
    if (fact.kind === 'call' && fact.service === 'iam' && !READS.test(fact.operation)) verdicts.clear();
  });

  async function ask(
    { account, region }: Delivery,
    question: RoleQuestion & { readonly roleArn: string },
  ): Promise<Outcome | undefined> {
    const { roleArn, action, resource, resourceInPolicy = resource } = question;
    const origin = { account, region, principal: { kind: 'service', service: 'events.amazonaws.com' } } as const;
    try {
      await dispatch.call('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'events' }, origin);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return {
        kind: 'dropped',
        code: 'FAILED_TO_ASSUME_ROLE',
        message: `EventBridge could not assume the role ${roleArn}: ${error.message}`,
        hint: `The role has to exist, and its AssumeRolePolicyDocument has to allow sts:AssumeRole to Principal {"Service": "events.amazonaws.com"}.`,
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
      const key = `${roleArn} ${action} ${resource}`;
      if (verdicts.has(key)) return verdicts.get(key);
      const verdict = await ask(delivery, { ...question, roleArn });
      verdicts.set(key, verdict);
      return verdict;
    },
    clear: () => verdicts.clear(),
    close: leave,
  };
}
