// What IAM says of a role: do its own policies let it do that, and does it trust a service? The one place that asks IAM
// on behalf of others. A function asks the same for every event that it puts, a delivery for every event that it makes:
// what IAM said is kept until one of the tables that it decides by is written to, by whichever node.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { evaluatePolicy, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { Table } from '../backbone/table.ts';
import type { Call } from '../call.ts';
import type { Dispatch } from '../dispatch.ts';

export interface IdentityQuestion {
  readonly roleArn: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  /**
   * ARN of what is acted on, and other forms of it that policies may name: one that is allowed is enough, one that is
   * denied decides.
   */
  readonly resources: readonly string[];
  /** Condition keys and their values. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface TrustQuestion {
  readonly roleArn: string;
  /** `events.amazonaws.com` */
  readonly service: string;
  /** On whose behalf the service assumes the role: the ARN of a rule, say. */
  readonly sourceArn: string;
}

/** `no such role`: nobody made it, so that nothing can be said. */
export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny' | 'no such role';

type Origin = Omit<Call, 'requestId'>;

export interface Identity {
  ask(question: IdentityQuestion, origin: Origin): Promise<Verdict>;
  /** Why a service cannot assume a role; `undefined` when it can. */
  findDistrust(question: TrustQuestion, origin: Origin): Promise<string | undefined>;
  /** Forgets what IAM said whenever this table is written to. IAM says so of those by which it decides. */
  decidesBy(table: Pick<Table<unknown>, 'watch'>): void;
  /** Forgets what IAM said. */
  clear(): void;
}

/** Ours: answers kept of each kind. Beyond that all are forgotten and asked for again: resources have no end. */
const MAX_KEPT = 10_000;

export function createIdentity(dispatch: Dispatch): Identity {
  const verdicts = new Map<string, Verdict>();
  const distrusts = new Map<string, string | undefined>();
  const clear = () => {
    verdicts.clear();
    distrusts.clear();
  };

  async function simulate({ roleArn, action, resources, context = {} }: IdentityQuestion, origin: Origin) {
    const question = {
      PolicySourceArn: roleArn,
      ActionNames: [action],
      ResourceArns: [...new Set(resources)],
      ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyValues: [value].flat(),
        ContextKeyType: typeof value === 'string' ? ('string' as const) : ('stringList' as const),
      })),
    };
    try {
      const { EvaluationResults: results = [] } = await dispatch.call(
        'iam',
        'SimulatePrincipalPolicy',
        question,
        origin,
      );
      const decisions = results.map(({ EvalDecision }) => EvalDecision);
      return (
        decisions.find((one) => one === 'explicitDeny') ?? decisions.find((one) => one === 'allowed') ?? 'implicitDeny'
      );
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'NoSuchEntity') return 'no such role';
      throw error;
    }
  }

  async function readTrust({ roleArn, service, sourceArn }: TrustQuestion, origin: Origin) {
    const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    try {
      const { Role } = await dispatch.call('iam', 'GetRole', { RoleName }, origin);
      if (Role.Arn !== roleArn) return `The role ${RoleName} has another ARN: ${Role.Arn}.`;
      const trust = parsePolicy(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}'));
      const principal = { kind: 'service', service } as const;
      const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': origin.account };
      if (evaluatePolicy(trust, { action: 'sts:AssumeRole', principal, context }).effect === 'Allow') return undefined;
      return `Its trust policy (AssumeRolePolicyDocument) has to allow sts:AssumeRole to Principal {"Service": "${service}"}.`;
    } catch (error) {
      if (error instanceof ServiceError) return error.message;
      throw error;
    }
  }

  return {
    async ask(question, origin) {
      const { roleArn, action, resources, context } = question;
      // As JSON, so that no two questions share a key: names of resources may have blanks.
      const key = JSON.stringify([roleArn, action, resources, context]);
      const known = verdicts.get(key);
      return known ?? keep(verdicts, key, await simulate(question, origin));
    },
    async findDistrust(question, origin) {
      const key = `${question.roleArn} ${question.service} ${question.sourceArn}`;
      return distrusts.has(key) ? distrusts.get(key) : keep(distrusts, key, await readTrust(question, origin));
    },
    decidesBy: (table) => void table.watch(clear),
    clear,
  };
}

function keep<Answer>(kept: Map<string, Answer>, key: string, answer: Answer): Answer {
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, answer);
  return answer;
}

/** Why AWS says no, as its sentences end; `undefined` for a yes. */
export function identityRefusal(verdict: Exclude<Verdict, 'no such role'>, action: string): string | undefined {
  if (verdict === 'allowed') return undefined;
  return verdict === 'explicitDeny'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
}
