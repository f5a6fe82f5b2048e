// An authorizer of an HTTP API: what it takes, and what it comes to when a route is deployed. Functions are asked (type
// REQUEST), AWS_IAM asks who signed; JSON Web Tokens are verified where their
// issuer is asked (`isAsked`), else read and not verified.
import type { Authorizer, Route } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { DeployedAuthorizer } from '../../gateway/authorizers/deployed-authorizer.ts';
import { isAsked } from '../../gateway/authorizers/jwt.ts';
import { parseFunctionUri } from '../../gateway/deployed-stage.ts';
import { type MayStandIn, NotServed } from '../../gateway/unserved/not-served.ts';
import { badRequest, conflict, entryOf } from './http-api.ts';

/** Seconds. Source: API Gateway V2 API reference, Authorizer, authorizerResultTtlInSeconds. */
const TTL_MAX = 3600;

const TOKEN_SOURCE = '$request.header.Authorization';

export type Authorizers = Readonly<Record<string, Authorizer>>;

/**
 * @param isWebSocket of a WebSocket API, whose authorizers have no payload format
 * @throws ServiceError `BadRequestException`
 */
export function createAuthorizer(
  id: string,
  settings: Omit<Authorizer, 'AuthorizerId'>,
  isWebSocket = false,
): Authorizer {
  const { AuthorizerType: type, AuthorizerUri: uri = '', AuthorizerPayloadFormatVersion: version } = settings;
  const {
    AuthorizerResultTtlInSeconds: ttl = 0,
    EnableSimpleResponses: isSimple,
    IdentitySource: sources = [],
  } = settings;
  if (type === 'REQUEST' && parseFunctionUri(uri) === undefined) {
    throw badRequest(`The AuthorizerUri of ${settings.Name} names no function: ${uri}.`);
  }
  if (type === 'REQUEST' && version === undefined && !isWebSocket) {
    throw badRequest('AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer');
  }
  if (version !== undefined && version !== '1.0' && version !== '2.0') {
    throw badRequest(`AuthorizerPayloadFormatVersion must be one of [1.0, 2.0], not ${version} (${settings.Name}).`);
  }
  if (isSimple && version !== '2.0') {
    throw badRequest(`Simple responses need AuthorizerPayloadFormatVersion 2.0 (${settings.Name}).`);
  }
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > TTL_MAX) {
    throw badRequest(`AuthorizerResultTtlInSeconds must be between 0 and ${TTL_MAX}, not ${ttl} (${settings.Name}).`);
  }
  // Source: API Gateway developer guide, "Working with AWS Lambda authorizers for HTTP APIs", Caching.
  if (type === 'REQUEST' && ttl > 0 && sources.length === 0) {
    throw badRequest(`To keep what ${settings.Name} answers, it must have at least one identity source.`);
  }
  const wrong = sources.find((source) => !SOURCE.test(source));
  if (wrong !== undefined) throw badRequest(`Invalid identity source of ${settings.Name}: ${wrong}`);
  return { ...settings, AuthorizerId: id };
}

/** The sentence is AWS's. Source: aws-cdk issues 13711 and 20170. @throws ServiceError `ConflictException` */
export function checkName(authorizers: Authorizers, { AuthorizerId: id, Name: name }: Authorizer): void {
  if (!Object.values(authorizers).some((one) => one.Name === name && one.AuthorizerId !== id)) return;
  throw conflict(`Authorizer name must be unique. Authorizer ${name} already exists in this RestApi.`);
}

/** Source: as above, Identity sources; of WebSocket APIs: API Gateway V2 API reference, Authorizer, identitySource. */
const SOURCE =
  /^(\$request\.(header|querystring)|\$context|\$stageVariables|route\.request\.\w+|stageVariables|context)\.\S+$/;

type Asking = Pick<Route, 'AuthorizationType' | 'AuthorizerId' | 'AuthorizationScopes' | 'RouteKey'>;

/**
 * What stands before a route.
 * @param authorizers those of the API; left out, they are not known yet, and what they do is not said here
 * @throws ServiceError `NotFoundException` for one that is not there; NotServed where nothing may stand in
 */
export function deployAuthorizer(
  { AuthorizationType: type = 'NONE', AuthorizerId: id, AuthorizationScopes: scopes = [], RouteKey: key }: Asking,
  { authorizers, standIns }: { readonly authorizers: Authorizers | undefined; readonly standIns: MayStandIn },
): DeployedAuthorizer | undefined {
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM') return { kind: 'iam' };
  if (id !== undefined && authorizers === undefined) return undefined;
  const authorizer = id === undefined ? undefined : entryOf(authorizers ?? {}, 'Authorizer', id);
  if (authorizer?.AuthorizerType === 'REQUEST') return functionAuthorizer(authorizer);
  const [source = TOKEN_SOURCE] = authorizer?.IdentitySource ?? [];
  const { Issuer: issuer = '', Audience: audience = [] } = authorizer?.JwtConfiguration ?? {};
  if (authorizer?.AuthorizerType === 'JWT' && isAsked(issuer)) {
    return { kind: 'jwt', name: authorizer.Name, source, issuer, audience, scopes };
  }
  mustStandIn(`the route ${key}`, type, standIns);
  if (type !== 'JWT') return { kind: 'stand-in', type };
  return { kind: 'token', type, source, hasScopes: scopes.length > 0 };
}

/** @throws NotServed */
export function mustStandIn(where: string, type: string, standIns: MayStandIn): void {
  if (standIns.allows('AWS::ApiGatewayV2::Authorizer')) return;
  throw new NotServed(`Earwitness does not authorize requests: ${where} asks for ${type}.`);
}

function functionAuthorizer(authorizer: Authorizer): DeployedAuthorizer {
  const { AuthorizerId: id = '', Name: name, AuthorizerUri: uri = '', IdentitySource: sources = [] } = authorizer;
  const { AuthorizerCredentialsArn: role, EnableSimpleResponses: isSimple = false } = authorizer;
  return {
    ...{ kind: 'function', id, name, sources, isSimple },
    arn: parseFunctionUri(uri) ?? uri,
    input: authorizer.AuthorizerPayloadFormatVersion === '2.0' ? '2.0' : '1.0',
    ttlSeconds: authorizer.AuthorizerResultTtlInSeconds ?? 0,
    ...(role !== undefined && role !== '' && { role }),
  };
}
