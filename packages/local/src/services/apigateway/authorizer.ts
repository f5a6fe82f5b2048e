// An authorizer of a REST API: what it takes, and what it comes to when the API is deployed. Functions are asked,
// AWS_IAM asks who signed; the tokens of user pools are read and not verified.
import type { Authorizer, Method, PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { DeployedAuthorizer } from '../../gateway/authorizers/deployed-authorizer.ts';
import { parseFunctionUri } from '../../gateway/deployed-stage.ts';
import { type MayStandIn, NotServed } from '../../gateway/unserved/not-served.ts';
import { ownEntry } from '../../own-entry.ts';
import { badRequest, conflict, notFound, type RestApiRow } from './rest-api.ts';

/** Seconds. Source: API Gateway API reference, CreateAuthorizer, authorizerResultTtlInSeconds. */
const TTL_DEFAULT = 300;
const TTL_MAX = 3600;

const TOKEN_SOURCE = 'method.request.header.Authorization';

export type Authorizers = Readonly<Record<string, Authorizer>>;

/** What is asked of a method that an authorizer stands before. Recorded on AWS: see `checkMethod`. */
export const NO_AUTHORIZER =
  'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.';

/** With the defaults. @throws ServiceError `BadRequestException` */
export function createAuthorizer(id: string, settings: Omit<Authorizer, 'id'>): Authorizer {
  const { type, identitySource: given, authorizerResultTtlInSeconds: ttl = TTL_DEFAULT } = settings;
  const identitySource = given ?? (type === 'REQUEST' ? undefined : TOKEN_SOURCE);
  const authorizer = {
    authType: type === 'COGNITO_USER_POOLS' ? 'cognito_user_pools' : 'custom',
    ...settings,
    id,
    authorizerResultTtlInSeconds: ttl,
    ...(identitySource !== undefined && { identitySource }),
  };
  check(authorizer);
  return authorizer;
}

/** @throws ServiceError `BadRequestException` */
function check({ type, authorizerUri: uri, identitySource = '', authorizerResultTtlInSeconds: ttl = 0 }: Authorizer) {
  // The sentence is AWS's. Source: terraform-provider-aws pull request 1757.
  if (type !== 'COGNITO_USER_POOLS' && parseFunctionUri(uri ?? '') === undefined) {
    throw badRequest(
      `Invalid Authorizer URI: ${uri ?? null}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
    );
  }
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > TTL_MAX) {
    throw badRequest(`Invalid authorizerResultTtlInSeconds: ${ttl}. It has to be between 0 and ${TTL_MAX}.`);
  }
  const wrong = sourcesOf(identitySource).find((source) => !SOURCE.test(source));
  if (wrong !== undefined) throw badRequest(`Invalid mapping expression specified as identity source: ${wrong}`);
}

/** Source: API Gateway API reference, CreateAuthorizer, identitySource; SAM's LambdaRequestAuthorizationIdentity. */
const SOURCE = /^(method\.request\.(header|querystring)|stageVariables|context)\.\S+$/;

function sourcesOf(identitySource: string): string[] {
  return identitySource
    .split(',')
    .map((source) => source.trim())
    .filter(Boolean);
}

/** @throws ServiceError `NotFoundException` */
export function findAuthorizer({ authorizers }: Pick<RestApiRow, 'authorizers'>, id: string): Authorizer {
  const authorizer = ownEntry(authorizers, id);
  if (authorizer) return authorizer;
  throw notFound('Invalid Authorizer identifier specified');
}

/**
 * The sentence is AWS's. Source: aws-cdk issues 13711 and 20170 (of HTTP APIs).
 * @throws ServiceError `ConflictException`
 */
export function checkName({ authorizers = {} }: Pick<RestApiRow, 'authorizers'>, { id, name }: Authorizer): void {
  if (!Object.values(authorizers).some((one) => one.name === name && one.id !== id)) return;
  throw conflict(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`);
}

/** Settings that are texts. Source: API Gateway API reference, "Patch operations", authorizer. */
const TEXTS = [
  ...([
    'authType',
    'authorizerCredentials',
    'authorizerUri',
    'identitySource',
    'identityValidationExpression',
  ] as const),
  ...(['name', 'type'] as const),
] as const;

/** The authorizer with one change. @throws ServiceError `BadRequestException` for a path that cannot be patched */
export function patchAuthorizer(authorizer: Authorizer, { op, path = '', value = '' }: PatchOperation): Authorizer {
  const name = TEXTS.find((text) => path === `/${text}`);
  if (name !== undefined) {
    const { [name]: _, ...others } = authorizer;
    return op === 'remove' ? others : { ...others, [name]: value };
  }
  if (path === '/authorizerResultTtlInSeconds') {
    const { authorizerResultTtlInSeconds: _, ...others } = authorizer;
    return op === 'remove' ? others : { ...others, authorizerResultTtlInSeconds: Number(value) };
  }
  if (path === '/providerARNs') {
    const others = (authorizer.providerARNs ?? []).filter((arn) => arn !== value);
    return { ...authorizer, providerARNs: op === 'remove' ? others : [...others, value] };
  }
  throw badRequest(`Earwitness does not patch ${path} of an authorizer (${op}).`);
}

type Asking = Pick<Method, 'authorizationType' | 'authorizerId' | 'authorizationScopes'>;

/**
 * What stands before a method.
 * @param authorizers those of the API; left out, they are not known yet, and what they do is not said here
 * @throws ServiceError `BadRequestException` for one that is not there; NotServed where nothing may stand in
 */
export function deployAuthorizer(
  where: string,
  { authorizationType = 'NONE', authorizerId, authorizationScopes: scopes = [] }: Asking,
  { authorizers, standIns }: { readonly authorizers: Authorizers | undefined; readonly standIns: MayStandIn },
): DeployedAuthorizer | undefined {
  // In any case. Recorded on AWS: LocalStack apigateway_basic test_update_rest_api_deployment ('none').
  const type = authorizationType.toUpperCase();
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM') return { kind: 'iam' };
  if (authorizerId === undefined || !(type === 'CUSTOM' || type === 'COGNITO_USER_POOLS')) {
    mustStandIn(where, authorizationType, standIns);
    return { kind: 'stand-in', type: authorizationType };
  }
  if (authorizers === undefined) return undefined;
  const authorizer = ownEntry(authorizers, authorizerId);
  if (!authorizer) throw badRequest(NO_AUTHORIZER);
  if (authorizer.type !== 'COGNITO_USER_POOLS') return functionAuthorizer(authorizer);
  mustStandIn(where, 'COGNITO_USER_POOLS', standIns);
  const [source = ''] = sourcesOf(authorizer.identitySource ?? TOKEN_SOURCE);
  return { kind: 'token', type: 'COGNITO_USER_POOLS', source: expressionOf(source), hasScopes: scopes.length > 0 };
}

/** @throws NotServed */
export function mustStandIn(where: string, type: string, standIns: MayStandIn): void {
  if (standIns.allows('AWS::ApiGateway::Authorizer')) return;
  throw new NotServed(`Earwitness does not authorize requests: ${where} asks for ${type}.`);
}

function functionAuthorizer(authorizer: Authorizer): DeployedAuthorizer {
  const { id = '', name = id, type, authorizerUri: uri = '', identitySource = '' } = authorizer;
  const { authorizerCredentials: role, identityValidationExpression: expression } = authorizer;
  return {
    ...{ kind: 'function', id, name, isSimple: false },
    arn: parseFunctionUri(uri) ?? uri,
    input: type === 'TOKEN' ? 'token' : '1.0',
    sources: sourcesOf(identitySource).map(expressionOf),
    ttlSeconds: authorizer.authorizerResultTtlInSeconds ?? TTL_DEFAULT,
    ...(type === 'TOKEN' && expression !== undefined && expression !== '' && { expression }),
    ...(role !== undefined && role !== '' && { role }),
  };
}

/** `method.request.header.X` as an HTTP API has it: `$request.header.X`. */
function expressionOf(source: string): string {
  return `$${source.replace(/^method\./, '')}`;
}
