// May this call do that to this resource? The one place where principals, resource policies and identity policies meet.
//
// The account's own credentials may do everything to what the account owns (there is no point in locking a developer
// out of a laptop); services need the resource's policy, roles (functions act as theirs) need it or a policy of their
// own, other accounts need it. An explicit Deny always wins. Sentences are AWS's; the journal gets what is missing.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { evaluatePolicy, type PolicyRequest, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import type { Call, Principal } from '../call.ts';
import type { Clock } from '../clock/clock.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Journal } from '../journal/journal.ts';
import { createIdentity, type Identity, identityRefusal } from './identity.ts';

export interface AccessRequest {
  /** `secretsmanager:GetSecretValue`; SQS writes its own in lower case. Compared without regard to case. */
  readonly action: string;
  /** ARN of what is acted on. */
  readonly resource: string;
  /** Account that owns it, 12 digits. */
  readonly owner: string;
  /** The resource's own policy, as JSON text or parsed. */
  readonly policy?: string | object | undefined;
  /** Tags of what is acted on, which conditions name `aws:ResourceTag/team` or `secretsmanager:ResourceTag/team`. */
  readonly tags?: Tags | undefined;
  /** Tags that the request brings: `aws:RequestTag/team`, `aws:TagKeys`. */
  readonly requestTags?: Tags | undefined;
  /** Condition keys of the service's own, such as `events:source`. */
  readonly context?: Readonly<Record<string, string>>;
  /**
   * The policy rules alone, as a key's does: what it allows the account (its root), it leaves to the policies of the
   * account's roles, and those it does not leave it to do not count. Source: KMS developer guide, "Default key policy".
   */
  readonly delegates?: boolean;
}

type Tags = Readonly<Record<string, string>>;

/** Condition keys and their values. */
type Context = Readonly<Record<string, string | readonly string[]>>;

/** What says yes, or why not. */
type Decision = { readonly by: FactOf<'access.allowed'>['by'] } | { readonly by?: never; readonly why: string };

const BY_RESOURCE: Decision = { by: 'resource policy' };
const BY_IDENTITY: Decision = { by: 'identity policy' };
const BY_ACCOUNT: Decision = { by: 'no such role' };

/** `undefined` when allowed; else AWS's sentence. */
export type Refusal = string | undefined;

export interface Access {
  /** Decides whether a call may act on a resource. */
  findRefusal(call: Call, request: AccessRequest): Promise<Refusal>;
  /** What IAM says of roles. */
  readonly identity: Identity;
}

/** Whether a call needs no look at any policy: the account's own credentials, in their account. */
export function isOwner({ account, principal }: Pick<Call, 'account' | 'principal'>, owner: string): boolean {
  return principal.kind === 'account' && account === owner;
}

interface AccessOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly dispatch: Dispatch;
  readonly journal: Journal;
}

export function createAccess({ clock, dispatch, journal }: AccessOptions): Access {
  const identity = createIdentity(dispatch);

  async function askIdentity(roleArn: string, call: Call, { action, resource }: AccessRequest, context: Context) {
    if (!dispatch.service('iam')) return 'no such role';
    return identity.ask({ roleArn, action, resources: [resource], context }, call);
  }

  async function decide(call: Call, request: AccessRequest): Promise<Decision> {
    const { principal } = call;
    const context = contextOf(call, request, clock.now());
    const byResource = decideByResource(call, request, context);
    if (byResource === 'Deny') return { why: 'with an explicit deny in a resource-based policy' };
    const isForeign = call.account !== request.owner;
    const ofResource: Decision =
      byResource === 'none'
        ? { why: `because no resource-based policy allows the ${request.action} action` }
        : BY_RESOURCE;
    if (principal.kind !== 'role') return ofResource;
    const byIdentity = await askIdentity(principal.arn, call, request, context);
    // Acts as the account, as a session of such a role does (services/sts): functions are often given made-up roles on
    // a laptop. Where AWS could not have assumed the role (a rule's target), the caller has found that out before.
    if (byIdentity === 'no such role') return isForeign ? ofResource : BY_ACCOUNT;
    // Within an account either policy is enough; between accounts both have to say yes. A Deny always wins.
    if (byIdentity === 'allowed' || (ofResource.by === undefined && request.delegates)) {
      return isForeign || request.delegates ? ofResource : BY_IDENTITY;
    }
    if (byIdentity === 'implicitDeny' && byResource === 'Allow' && !isForeign) return ofResource;
    const why = identityRefusal(byIdentity, request.action);
    return why === undefined ? BY_IDENTITY : { why };
  }

  return {
    async findRefusal(call, request) {
      if (isOwner(call, request.owner)) return undefined;
      const decision = await decide(call, request);
      if (decision.by !== undefined && !journal.isWatched) return undefined;
      const { action, resource } = request;
      const ref = {
        principal: callerName(call.principal),
        action,
        resource,
        ...(call.traceId !== undefined && { traceId: call.traceId }),
        ...(call.eventId !== undefined && { eventId: call.eventId }),
      };
      if (decision.by !== undefined) {
        journal.record({ kind: 'access.allowed', ...ref, by: decision.by });
        return undefined;
      }
      const { why } = decision;
      const message = `User: ${ref.principal} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
      journal.record({ kind: 'access.denied', ...ref, message, hint: hintFor(call.principal, request, why) });
      return message;
    },
    identity,
  };
}

/** Condition keys that every call has. */
function contextOf({ account, region, principal }: Call, request: AccessRequest, now: number): Context {
  const sourceArn = principal.kind === 'service' ? principal.sourceArn : undefined;
  const sourceAccount = sourceOf(principal);
  return {
    'aws:SecureTransport': 'true',
    ...timeContext(now),
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': request.owner,
    ...(principal.kind === 'service'
      ? { 'aws:PrincipalIsAWSService': 'true' }
      : { 'aws:PrincipalArn': principal.arn, 'aws:PrincipalAccount': account }),
    ...(sourceArn !== undefined && { 'aws:SourceArn': sourceArn }),
    ...(sourceAccount && { 'aws:SourceAccount': sourceAccount }),
    ...tagContext(request),
    ...request.context,
  };
}

/** When the call is made, in whole seconds: verdicts are kept by their context. */
export function timeContext(now: number): Context {
  const second = Math.floor(now / 1000);
  return { 'aws:CurrentTime': new Date(second * 1000).toISOString(), 'aws:EpochTime': String(second) };
}

/** The account on whose behalf a service calls. */
function sourceOf(principal: Principal): string | undefined {
  if (principal.kind !== 'service') return undefined;
  const { sourceAccount, sourceArn } = principal;
  return sourceAccount ?? (sourceArn === undefined ? undefined : parseArn(sourceArn)?.account);
}

/**
 * Source: IAM guide, "AWS global condition context keys"; services have their own key besides, as the service reference
 * lists.
 */
function tagContext({ action, tags = {}, requestTags }: AccessRequest): Context {
  const service = action.slice(0, action.indexOf(':'));
  const keys: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(tags)) {
    keys[`aws:ResourceTag/${key}`] = value;
    keys[`${service}:ResourceTag/${key}`] = value;
  }
  if (!requestTags) return keys;
  for (const [key, value] of Object.entries(requestTags)) keys[`aws:RequestTag/${key}`] = value;
  return { ...keys, 'aws:TagKeys': Object.keys(requestTags) };
}

function decideByResource(
  call: Call,
  request: AccessRequest,
  context: Context,
): 'Allow' | 'Deny' | 'delegated' | 'none' {
  if (request.policy === undefined) return 'none';
  const document = parsePolicy(request.policy);
  const { principal } = call;
  const { action, resource } = request;
  const ask = (asked: NonNullable<PolicyRequest['principal']>) =>
    evaluatePolicy(document, { action, resource, principal: asked, context }).effect;
  if (principal.kind === 'service') return ask({ kind: 'service', service: principal.service });
  // A policy may name a role, or one of its sessions.
  const names = principal.kind === 'role' && principal.session ? [principal.arn, principal.session] : [principal.arn];
  const answers = names.map((arn) => ask({ kind: 'aws', arn, account: parseArn(arn)?.account ?? call.account }));
  const effect = answers.find((one) => one === 'Deny') ?? answers.find((one) => one === 'Allow') ?? 'none';
  if (effect !== 'Allow' || !request.delegates || principal.kind !== 'role') return effect;
  // Without an account, only what names the role itself (or everybody) matches.
  const isNamed = names.some((arn) => ask({ kind: 'aws', arn, account: '' }) === 'Allow');
  return isNamed ? 'Allow' : 'delegated';
}

function hintFor(principal: Principal, { action, resource }: AccessRequest, why: string): string {
  if (why.startsWith('with an explicit deny'))
    return 'A statement with Effect Deny says so; take it away or narrow it.';
  if (why.includes('identity-based') && principal.kind === 'role') {
    return `AWS would refuse, too. The role ${principal.arn} needs a policy statement {"Effect": "Allow", "Action": "${action}", "Resource": "${resource}"}.`;
  }
  return `AWS would refuse, too. The policy of ${resource} has to allow ${action} to ${callerName(principal)}.`;
}

/** How AWS's sentences call a principal. */
export function callerName(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? (principal.session ?? principal.arn) : principal.arn;
}
