// Policy documents: who may do what to which resource under which conditions. Pure evaluation of one document for one
// request; who combines documents (identity and resource policies) and what a missing allow means is the caller's
// business.
//
// It knows Effect, Principal/NotPrincipal, Action/NotAction, Resource/NotResource with wildcards, and every condition
// operator with IfExists, ForAnyValue and ForAllValues.
import { matchesGlob } from '../glob.ts';
import { type Condition, type Context, type Expand, expandVariables, meetsAll, parseOperator } from './condition.ts';

export interface PolicyDocument {
  readonly statements: readonly Statement[];
  /** Whether `${aws:PrincipalTag/team}` and the like stand for the request's values: from Version 2012-10-17 on. */
  readonly hasVariables?: boolean;
}

export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies, whose principal is the identity that carries them. */
  readonly principals?: PrincipalMatch;
  readonly actions: Match;
  /** Absent in trust policies, whose resource is the role itself. */
  readonly resources?: Match;
  readonly conditions: readonly Condition[];
}

interface Match {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

interface PrincipalMatch {
  readonly negated: boolean;
  /** `*` stands for every principal, whether alone or among the names under `AWS`. */
  readonly anybody: boolean;
  /** By kind: `AWS`, `Service`, `Federated`. */
  readonly byKind: Readonly<Record<string, readonly string[]>>;
}

export interface PolicyRequest {
  /** `sqs:SendMessage`; compared without regard to case. */
  readonly action: string;
  /** ARN of what is acted on. Left out when a trust policy is asked. */
  readonly resource?: string;
  /** Who asks; left out when an identity policy is asked. */
  readonly principal?:
    | { readonly kind: 'service'; readonly service: string }
    | { readonly kind: 'aws'; readonly arn: string; readonly account: string };
  /** Condition keys, such as `aws:SourceArn`; compared without regard to case. */
  readonly context?: Context;
}

export type Decision =
  | { readonly effect: 'Allow' | 'Deny'; readonly sid?: string }
  /** No statement speaks about the request. */
  | { readonly effect: 'none' };

/** The document is not a policy; the message says what is wrong. */
export class PolicySyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PolicySyntaxError';
  }
}

/**
 * Decides a request by one document: an explicit Deny wins over any Allow.
 */
export function evaluatePolicy(document: PolicyDocument, request: PolicyRequest): Decision {
  let allow: Decision | undefined;
  const context = request.context ?? {};
  const expand = document.hasVariables ? (text: string) => expandVariables(text, context) : (text: string) => text;
  for (const statement of document.statements) {
    if (!matchesRequest(statement, request, expand)) continue;
    if (!meetsAll(statement.conditions, context, expand)) continue;
    const decision: Decision = {
      effect: statement.effect,
      ...(statement.sid !== undefined && { sid: statement.sid }),
    };
    if (statement.effect === 'Deny') return decision;
    allow ??= decision;
  }
  return allow ?? { effect: 'none' };
}

function matchesRequest(statement: Statement, request: PolicyRequest, expand: Expand): boolean {
  const { actions, resources, principals } = statement;
  const action = request.action.toLowerCase();
  if (actions.patterns.some((glob) => matchesGlob(glob.toLowerCase(), action)) === actions.negated) return false;
  if (resources && request.resource !== undefined) {
    const { resource } = request;
    const isNamed = resources.patterns.some((pattern) => {
      const glob = expand(pattern);
      return glob !== undefined && matchesGlob(glob, resource);
    });
    if (isNamed === resources.negated) return false;
  }
  if (!request.principal) return true;
  return principals !== undefined && isPrincipal(principals, request.principal) !== principals.negated;
}

function isPrincipal(match: PrincipalMatch, principal: NonNullable<PolicyRequest['principal']>): boolean {
  if (match.anybody) return true;
  if (principal.kind === 'service') return (match.byKind['Service'] ?? []).includes(principal.service);
  return (match.byKind['AWS'] ?? []).some(
    (name) =>
      name === principal.arn ||
      name === principal.account ||
      // The account's root stands for every principal in the account.
      /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1] === principal.account,
  );
}

/**
 * Reads a policy document from its JSON text or from parsed JSON. One without a Statement is read, and decides nothing.
 * @throws PolicySyntaxError naming what is wrong.
 */
export function parsePolicy(document: unknown): PolicyDocument {
  const root = typeof document === 'string' ? parseJson(document) : document;
  if (!isRecord(root)) throw new PolicySyntaxError('The policy is not a JSON object.');
  const version = root['Version'];
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicySyntaxError(`The policy's Version '${String(version)}' is not one of 2012-10-17, 2008-10-17.`);
  }
  const statement = root['Statement'] ?? [];
  const statements = Array.isArray(statement) ? statement : [statement];
  return { statements: statements.map(parseStatement), ...(version === '2012-10-17' && { hasVariables: true }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicySyntaxError('The policy is not valid JSON.');
  }
}

function parseStatement(value: unknown): Statement {
  if (!isRecord(value)) throw new PolicySyntaxError('A Statement is not a JSON object.');
  const effect = value['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new PolicySyntaxError("A Statement's Effect is not Allow or Deny.");
  const actions = parseMatch(value, 'Action', 'NotAction');
  if (!actions) throw new PolicySyntaxError('A Statement has neither Action nor NotAction.');
  const resources = parseMatch(value, 'Resource', 'NotResource');
  const principals = parsePrincipals(value);
  const sid = value['Sid'];
  return {
    effect,
    actions,
    conditions: parseConditions(value['Condition']),
    ...(typeof sid === 'string' && { sid }),
    ...(resources && { resources }),
    ...(principals && { principals }),
  };
}

function parseMatch(statement: Record<string, unknown>, name: string, negatedName: string): Match | undefined {
  const negated = statement[name] === undefined;
  const value = negated ? statement[negatedName] : statement[name];
  return value === undefined ? undefined : { negated, patterns: texts(value, negated ? negatedName : name) };
}

function parsePrincipals(statement: Record<string, unknown>): PrincipalMatch | undefined {
  const negated = statement['Principal'] === undefined;
  const value = negated ? statement['NotPrincipal'] : statement['Principal'];
  if (value === undefined) return undefined;
  if (value === '*') return { negated, anybody: true, byKind: {} };
  if (!isRecord(value)) throw new PolicySyntaxError("A Statement's Principal is neither '*' nor a JSON object.");
  const byKind = Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, texts(names, 'Principal')]));
  // `{"AWS": "*"}` and `"*"` are equivalent, for services too. Source: IAM guide, "AWS JSON policy elements:
  // Principal".
  return { negated, anybody: (byKind['AWS'] ?? []).includes('*'), byKind };
}

function parseConditions(value: unknown): Condition[] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw new PolicySyntaxError("A Statement's Condition is not a JSON object.");
  return Object.entries(value).flatMap(([operator, keys]) => {
    const test = parseOperator(operator);
    if (!test) throw new PolicySyntaxError(`There is no condition operator ${operator}.`);
    if (!isRecord(keys))
      throw new PolicySyntaxError(`The Condition operator ${operator} is not followed by a JSON object.`);
    return Object.entries(keys).map(([key, values]) => ({ operator, test, key, values: texts(values, key) }));
  });
}

function texts(value: unknown, where: string): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    // Booleans and numbers are written without quotes now and then; AWS takes them.
    if (typeof one === 'string' || typeof one === 'boolean' || typeof one === 'number') return String(one);
    throw new PolicySyntaxError(`${where} holds something other than text.`);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
