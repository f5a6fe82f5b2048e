// What the function of an authorizer answered: a policy for the method that is called, or `{isAuthorized}`. A ruling is
// kept for further requests of the same caller, each of which its policy is asked about anew. Sources: API Gateway
// developer guide, "Output from an API Gateway Lambda authorizer" (REST: a principal, a policy, flat values) and
// "Working with AWS Lambda authorizers for HTTP APIs", Lambda authorizer response format.
import {
  evaluatePolicy,
  type PolicyDocument,
  PolicySyntaxError,
  parsePolicy,
} from '@earwitness/protocol/internal/aws/policy/policy';
import { isRecord } from '../../resources/properties.ts';
import type { DeployedStage } from '../deployed-stage.ts';
import { type GatewayRequest, headerOf } from '../request.ts';

export interface Ruling {
  readonly principalId?: string;
  /** The caller's API key, for usage plans (REST). */
  readonly usageKey?: string;
  /** What the authorizer hands on; `undefined` where it said nothing. */
  readonly context: Readonly<Record<string, unknown>> | undefined;
  readonly says: { readonly isAuthorized: boolean } | PolicyDocument;
}

export type Verdict =
  | { readonly kind: 'allowed' }
  /** `isExplicit`: a statement denies it; else none allows it. */
  | { readonly kind: 'denied'; readonly isExplicit: boolean; readonly why: string };

/** The answer has not the form that API Gateway asks for; the message says what is wrong. */
export class MalformedRuling extends Error {
  override readonly name = 'MalformedRuling';
}

/** @throws MalformedRuling */
export function parseRuling(
  answer: unknown,
  { api, isSimple }: { readonly api: DeployedStage['kind']; readonly isSimple: boolean },
): Ruling {
  if (!isRecord(answer)) throw new MalformedRuling(`it answered ${kindOf(answer)}, not an object`);
  const { isAuthorized, policyDocument, principalId, usageIdentifierKey: usageKey } = answer;
  const context = parseContext(answer['context'], api);
  if (isSimple && policyDocument === undefined) {
    if (typeof isAuthorized === 'boolean') return { context, says: { isAuthorized } };
    throw new MalformedRuling(`its isAuthorized is ${kindOf(isAuthorized)}, not true or false`);
  }
  if (api === 'rest' && typeof principalId !== 'string') {
    throw new MalformedRuling(`its principalId is ${kindOf(principalId)}, not text`);
  }
  if (policyDocument === undefined) throw new MalformedRuling('it answered no policyDocument');
  return {
    ...(typeof principalId === 'string' && { principalId }),
    ...(typeof usageKey === 'string' && { usageKey }),
    context,
    says: parseDocument(policyDocument),
  };
}

function parseDocument(document: unknown): PolicyDocument {
  try {
    if (isRecord(document)) return parsePolicy(document);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new MalformedRuling(error.message, { cause: error });
    throw error;
  }
  throw new MalformedRuling(`its policyDocument is ${kindOf(document)}, not an object`);
}

/** Values are texts, numbers and booleans; those of an HTTP API may have members. */
function parseContext(context: unknown, api: DeployedStage['kind']): Ruling['context'] {
  if (context === undefined || context === null) return undefined;
  if (!isRecord(context)) throw new MalformedRuling(`its context is ${kindOf(context)}, not an object`);
  const nested = Object.entries(context).find(([, value]) => typeof value === 'object' && value !== null);
  if (api === 'rest' && nested) {
    throw new MalformedRuling(
      `its context.${nested[0]} is ${kindOf(nested[1])}: a value is text, a number or a boolean`,
    );
  }
  return context;
}

/** What stands where something else is expected; never its value, which may be a secret. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { string: 'text', object: 'an object' }[typeof value as string] ?? `a ${typeof value}`;
}

/** @param arn the method or route that is called */
export function decide({ says }: Ruling, arn: string, request: GatewayRequest): Verdict {
  if ('isAuthorized' in says) {
    if (says.isAuthorized) return { kind: 'allowed' };
    return { kind: 'denied', isExplicit: true, why: 'it answered isAuthorized: false' };
  }
  const decision = evaluatePolicy(says, { action: 'execute-api:Invoke', resource: arn, context: contextOf(request) });
  switch (decision.effect) {
    case 'Allow':
      return { kind: 'allowed' };
    case 'Deny':
      return { kind: 'denied', isExplicit: true, why: `a statement of its policy denies execute-api:Invoke on ${arn}` };
    case 'none':
      return {
        kind: 'denied',
        isExplicit: false,
        why: `no statement of its policy allows execute-api:Invoke on ${arn}`,
      };
  }
}

/** Condition keys. Source: API Gateway developer guide, "AWS condition keys that can be used in API Gateway". */
function contextOf(request: GatewayRequest): Readonly<Record<string, string>> {
  const [agent, referer] = [headerOf(request, 'user-agent'), headerOf(request, 'referer')];
  return {
    'aws:SourceIp': request.sourceIp,
    'aws:SecureTransport': 'true',
    ...(agent !== undefined && { 'aws:UserAgent': agent }),
    ...(referer !== undefined && { 'aws:Referer': referer }),
  };
}
