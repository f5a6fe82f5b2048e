// May this role or user do that? The identity half of the decision: inline and attached policies, bounded by the
// permissions boundary; an explicit Deny wins. SimulatePrincipalPolicy tells it to users and to the other services
// alike.
import { evaluatePolicy, type PolicyRequest, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import type { Holder } from './holder.ts';
import type { Identities } from './identities.ts';

export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface Simulation {
  readonly verdict: Verdict;
  /** Names of the policies that decided. */
  readonly decidedBy: readonly string[];
}

/** A policy with the name under which a decision tells of it. */
export interface NamedDocument {
  readonly name: string;
  readonly document: string;
}

export function policiesOf(identities: Identities, holder: Holder): NamedDocument[] {
  const inline = Object.entries(holder.inline).map(([name, document]) => ({ name, document }));
  const attached = holder.attached.flatMap((arn) => {
    const document = identities.document(arn);
    return document === undefined ? [] : [{ name: arn.slice(arn.lastIndexOf('/') + 1), document }];
  });
  return [...inline, ...attached];
}

/** Decides a request by a set of policies, within a boundary if there is one. */
export function simulate(
  policies: readonly NamedDocument[],
  request: PolicyRequest,
  boundary?: NamedDocument,
): Simulation {
  const decisions = policies.map(({ name, document }) => ({ name, effect: decide(document, request) }));
  const named = (effect: 'Allow' | 'Deny') => decisions.filter((one) => one.effect === effect).map((one) => one.name);
  const denied = named('Deny');
  if (denied.length > 0) return { verdict: 'explicitDeny', decidedBy: denied };
  const bounded = boundary === undefined ? 'Allow' : decide(boundary.document, request);
  if (boundary && bounded === 'Deny') return { verdict: 'explicitDeny', decidedBy: [boundary.name] };
  const allowed = named('Allow');
  if (allowed.length > 0 && bounded === 'Allow') return { verdict: 'allowed', decidedBy: allowed };
  return { verdict: 'implicitDeny', decidedBy: [] };
}

function decide(document: string, request: PolicyRequest): 'Allow' | 'Deny' | 'none' {
  return evaluatePolicy(parsePolicy(document), request).effect;
}
