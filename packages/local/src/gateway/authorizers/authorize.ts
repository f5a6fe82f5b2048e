// Who may come in: the authorizer of a route is asked, for REST and HTTP APIs alike, before its integration runs, and
// an API key is looked at where a method asks for one. A
// function's ruling is kept by the authorizer's time to live and the caller's identity, and with the deployed stage:
// what is deployed anew asks anew. What stands in lets everybody in, and each request is recorded.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { HttpClient } from '../../destinations/http-client.ts';
import type { Platform } from '../../platform.ts';
import { callFunction, executeApiArn } from '../caller.ts';
import type { DeployedStage } from '../deployed-stage.ts';
import { createKeyCheck } from '../keys/key-check.ts';
import type { Authorized, Signer } from '../request.ts';
import { type MatchedRequest, parameterValue } from '../services/parameter-value.ts';
import type { Admission } from './admission.ts';
import type { DeployedAuthorizer, FunctionAuthorizer, JwtAuthorizer, TokenAuthorizer } from './deployed-authorizer.ts';
import { createAuthorizerEvent } from './event.ts';
import { readIdentity } from './identity.ts';
import { createJwtVerifier } from './jwt.ts';
import {
  type AuthorizerRefusal,
  createAuthorizerRefusal,
  createSignatureRefusal,
  createTokenRefusal,
} from './refusal.ts';
import { decide, MalformedRuling, parseRuling, type Ruling } from './ruling.ts';
import { createSignatureReader } from './signature.ts';
import { authorizedBy, readClaims } from './token.ts';

/**
 * How long the gateway waits for an authorizer's function. Source: API Gateway quotas, HTTP API, "Timeout for response
 * from Lambda authorizer" (10 seconds); REST APIs: as for integrations (29 seconds).
 */
const LIMIT_MS: Readonly<Record<DeployedStage['kind'], number>> = { rest: 29_000, http: 10_000 };

/** Ours: rulings that are kept for a stage. Beyond that all are forgotten: callers have no end. */
const MAX_KEPT = 10_000;

interface Kept {
  readonly ruling: Ruling;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** A ruling, and what it took to get it. */
interface Answer {
  readonly ruling: Ruling;
  readonly latencyMs: number;
  /** Of the function; left out, the ruling was kept. */
  readonly invocationId?: string;
}

export function createAuthorization(
  platform: Platform,
  http: HttpClient,
): (matched: MatchedRequest) => Promise<Admission> {
  const checkKey = createKeyCheck(platform);
  const verifyJwt = createJwtVerifier(platform, http);
  const readSignature = createSignatureReader(platform);
  // A stage that is deployed anew is another object.
  const rulings = new WeakMap<DeployedStage, Map<string, Kept>>();

  async function askFunction(matched: MatchedRequest, authorizer: FunctionAuthorizer): Promise<Admission> {
    const { stage, request } = matched;
    const { name } = authorizer;
    const identity = await readIdentity(matched, authorizer);
    if (identity.kind !== 'known') {
      const refusal = identity.kind === 'unknown' ? 'unauthorized' : 'authorizer failed';
      return refuse(stage, refusal, `the authorizer ${name} was not asked: ${identity.why}`);
    }
    const arn = executeApiArn(stage, `${stage.stage}/${request.method}${request.path}`);
    const answer = await rule(matched, authorizer, { arn, identity: identity.values });
    if ('refusal' in answer) return refuse(stage, answer.refusal, answer.reason);
    const verdict = decide(answer.ruling, arn, request);
    platform.journal.record({
      kind: 'request.authorized',
      requestId: request.requestId,
      authorizer: name,
      outcome: verdict.kind,
      ...(answer.invocationId === undefined ? { isKept: true } : { invocationId: answer.invocationId }),
      traceId: request.traceId,
    });
    if (verdict.kind === 'allowed') {
      return { kind: 'admitted', request: { ...request, authorized: authorizedIn(stage, answer) } };
    }
    const kept = answer.invocationId === undefined ? ', by what it said before' : '';
    const reason = `the authorizer ${name} refused${kept}: ${verdict.why}`;
    return refuse(stage, verdict.isExplicit ? 'denied' : 'not allowed', reason);
  }

  async function rule(
    matched: MatchedRequest,
    authorizer: FunctionAuthorizer,
    asked: { readonly arn: string; readonly identity: readonly string[] },
  ): Promise<Answer | { readonly refusal: AuthorizerRefusal; readonly reason: string }> {
    const { stage } = matched;
    const { clock } = platform;
    // What nothing tells apart is asked about each time.
    const isKeepable = authorizer.ttlSeconds > 0 && asked.identity.length > 0;
    const key = JSON.stringify([authorizer.id, ...asked.identity]);
    const known = isKeepable ? rulings.get(stage)?.get(key) : undefined;
    if (known && known.until > clock.now()) return { ruling: known.ruling, latencyMs: 0 };
    const began = clock.elapsed();
    const invocationId = platform.ids.uuid();
    const called = await call(matched, authorizer, { ...asked, invocationId });
    if ('refusal' in called) return called;
    if (isKeepable) keep(stage, key, { ruling: called, until: clock.now() + authorizer.ttlSeconds * 1000 });
    return { ruling: called, latencyMs: Math.round(clock.elapsed() - began), invocationId };
  }

  async function call(
    matched: MatchedRequest,
    authorizer: FunctionAuthorizer,
    asked: { readonly arn: string; readonly identity: readonly string[]; readonly invocationId: string },
  ): Promise<Ruling | { readonly refusal: AuthorizerRefusal; readonly reason: string }> {
    const { stage, request } = matched;
    const { name, isSimple } = authorizer;
    const fail = (why: string) =>
      ({ refusal: 'authorizer failed', reason: `the authorizer ${name} failed: ${why}` }) as const;
    try {
      const answer = await callFunction(platform, stage, {
        arn: authorizer.arn,
        // Source: API Gateway developer guide, "Working with AWS Lambda authorizers for HTTP APIs", add-permission.
        sourceArn: executeApiArn(stage, `authorizers/${authorizer.id}`),
        role: authorizer.role,
        event: createAuthorizerEvent(matched, authorizer, asked),
        traceId: request.traceId,
        requestId: asked.invocationId,
        limitMs: LIMIT_MS[stage.kind],
      });
      if (answer.kind === 'too late')
        return fail(`its function did not answer within ${LIMIT_MS[stage.kind] / 1000} s`);
      if (answer.kind === 'returned') return parseRuling(answer.value, { api: stage.kind, isSimple });
      // Source: API Gateway developer guide, "Use API Gateway Lambda authorizers", its example function.
      if (answer.error.message === 'Unauthorized') {
        return { refusal: 'unauthorized', reason: `the authorizer ${name} refused: its function threw 'Unauthorized'` };
      }
      return fail(`its function failed: ${answer.error.name}: ${answer.error.message}`);
    } catch (error) {
      if (error instanceof MalformedRuling || error instanceof ServiceError) return fail(error.message);
      // The dispatcher wrote the fault into the journal.
      return fail(error instanceof Error ? error.message : String(error));
    }
  }

  function keep(stage: DeployedStage, key: string, kept: Kept): void {
    const known = rulings.get(stage) ?? new Map<string, Kept>();
    if (known.size >= MAX_KEPT) known.clear();
    rulings.set(stage, known.set(key, kept));
  }

  async function readSigner(matched: MatchedRequest): Promise<Admission> {
    const { stage, request } = matched;
    const signed = await readSignature(matched);
    if (signed.kind === 'refused') {
      const answer = createSignatureRefusal(stage.kind, signed.refusal, signed.message);
      return { kind: 'refused', outcome: { answer, reason: signed.reason } };
    }
    const { signer } = signed;
    if (stage.kind === 'rest') return { kind: 'admitted', request: { ...request, signer } };
    return { kind: 'admitted', request: { ...request, signer, authorized: signedBy(signer) } };
  }

  async function verifyToken(matched: MatchedRequest, authorizer: JwtAuthorizer): Promise<Admission> {
    const { request } = matched;
    const { name, source, scopes } = authorizer;
    const refuseToken = (status: 401 | 403, challenge: string, reason: string): Admission => ({
      kind: 'refused',
      outcome: { answer: createTokenRefusal(status, challenge), reason },
    });
    const token = (parameterValue(source, matched) ?? '').replace(/^Bearer\s+/i, '');
    if (token === '') return refuseToken(401, '', `the authorizer ${name} refused: the request has no ${source}`);
    const verified = await verifyJwt(token, authorizer);
    if (verified.kind === 'bad') {
      const { error, why } = verified;
      const challenge = ` scope="${scopes.join(' ')}" error="${error}" error_description="${why.replaceAll('"', "'")}"`;
      return refuseToken(error === 'invalid_token' ? 401 : 403, challenge, `the authorizer ${name} refused: ${why}`);
    }
    const authorized = authorizedBy(verified.claims, { type: 'JWT', hasScopes: scopes.length > 0 });
    return { kind: 'admitted', request: { ...request, authorized } };
  }

  /** What the caller's token claims is handed on; without one that can be read the request goes on, too. */
  function readToken(matched: MatchedRequest, authorizer: TokenAuthorizer): Admission {
    const { request } = matched;
    letIn(matched, authorizer.type);
    const claims = readClaims(parameterValue(authorizer.source, matched) ?? '');
    if (!claims) return { kind: 'admitted', request };
    return { kind: 'admitted', request: { ...request, authorized: authorizedBy(claims, authorizer) } };
  }

  /** An authorizer that is not asked is recorded with every request that it would have been asked about. */
  function letIn({ stage, match: { route }, request: { traceId } }: MatchedRequest, type: string): void {
    const where = route.path === '$default' ? route.path : `${route.method} ${route.path}`;
    const of = { name: `${type} of ${where}`, type: `AWS::ApiGateway${stage.kind === 'rest' ? '' : 'V2'}::Authorizer` };
    platform.standIns.receive({ via: 'authorizer', of, traceId });
  }

  async function ask(matched: MatchedRequest, authorizer: DeployedAuthorizer | undefined): Promise<Admission> {
    if (authorizer?.kind === 'function') return await askFunction(matched, authorizer);
    if (authorizer?.kind === 'jwt') return await verifyToken(matched, authorizer);
    if (authorizer?.kind === 'iam') return await readSigner(matched);
    if (authorizer?.kind === 'token') return readToken(matched, authorizer);
    if (authorizer) letIn(matched, authorizer.type);
    return { kind: 'admitted', request: matched.request };
  }

  return async (matched) => {
    const { authorizer, apiKey } = matched.match.route;
    const admission = await ask(matched, authorizer);
    if (!apiKey || admission.kind === 'refused') return admission;
    return await checkKey({ ...matched, request: admission.request });
  };
}

function refuse(stage: DeployedStage, name: AuthorizerRefusal, reason: string): Admission {
  return { kind: 'refused', outcome: { answer: createAuthorizerRefusal(stage.kind, name), reason } };
}

/**
 * What a function behind an HTTP API sees of who signed. Source: types of @types/aws-lambda
 * (APIGatewayEventRequestContextIAMAuthorizer).
 */
function signedBy({ accessKey, accountId, userArn, userId }: Signer): Authorized {
  const iam = { accessKey, accountId, callerId: userId, cognitoIdentity: null, principalOrgId: null, userArn, userId };
  return { flat: {}, nested: { iam } };
}

/**
 * What the function behind the route sees. A REST API makes texts of the values. Sources: API Gateway developer guide,
 * "Output from an API Gateway Lambda authorizer"; types of @types/aws-lambda (APIGatewayEventLambdaAuthorizerContext,
 * APIGatewayEventRequestContextLambdaAuthorizer); an event of an HTTP API without a context, as AWS sent it, has
 * `authorizer: { lambda: null }`.
 */
function authorizedIn({ kind }: DeployedStage, { ruling, latencyMs }: Answer): Authorized {
  const { context, principalId, usageKey } = ruling;
  const principal = principalId === undefined ? {} : { principalId };
  if (kind === 'http') return { flat: { ...context, ...principal }, nested: { lambda: context ?? null } };
  const texts = Object.entries(context ?? {}).map(([name, value]) => [name, value === null ? null : String(value)]);
  const flat = { ...Object.fromEntries(texts), ...principal, integrationLatency: latencyMs };
  return { flat, nested: flat, ...(usageKey !== undefined && { usageKey }) };
}
