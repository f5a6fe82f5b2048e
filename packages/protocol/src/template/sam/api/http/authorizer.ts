// `Auth` of AWS::Serverless::HttpApi and of its events: authorizers in the API's definition, and which operation asks
// for which one.
import { asIntrinsic, isList, isMap, isNoValue, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, pick, report, type Serverless } from '../../assembly.ts';
import { reportEvent } from '../../events/function-event.ts';
import { pythonText } from '../../python-text.ts';
import type { Apis, Route } from '../api-draft.ts';
import { ANY_METHOD, INTEGRATION, mapOperations } from '../operation.ts';
import {
  AWS_IAM,
  addAuthorizerPermission,
  authorizersOf,
  authorizerUri,
  type IdentitySources,
  identitySources,
  refuseNoAuthorizers,
} from '../rest/authorizer.ts';

const MEMBERS = ['Authorizers', 'DefaultAuthorizer', 'EnableIamAuthorizer'];

/** Properties of an authorizer, and the only kind that has them. */
const KINDS: Readonly<Record<string, readonly ['JWT' | 'REQUEST', string]>> = {
  AuthorizationScopes: ['JWT', 'OAuth2 Authorizer'],
  JwtConfiguration: ['JWT', 'OAuth2 Authorizer'],
  IdentitySource: ['JWT', "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"],
  FunctionArn: ['REQUEST', 'Lambda Authorizer'],
  FunctionInvokeRole: ['REQUEST', 'Lambda Authorizer'],
  Identity: ['REQUEST', 'Lambda Authorizer'],
  AuthorizerPayloadFormatVersion: ['REQUEST', 'Lambda Authorizer'],
  EnableSimpleResponses: ['REQUEST', 'Lambda Authorizer'],
  EnableFunctionDefaultPermissions: ['REQUEST', 'Lambda Authorizer'],
};

const IDENTITY_SOURCES: IdentitySources = [
  ['Headers', '$request.header.'],
  ['QueryStrings', '$request.querystring.'],
  ['StageVariables', '$stageVariables.'],
  ['Context', '$context.'],
];

/** `Auth` of an API; nothing of what SAM cannot read. */
export function httpAuthOf(serverless: Serverless): ValueMap {
  const auth = serverless.properties['Auth'];
  return isMap(auth) && !asIntrinsic(auth) ? auth : {};
}

/** Security schemes of the API's authorizers. */
export function httpSchemes(assembly: Assembly, serverless: Serverless, auth: ValueMap): ValueMap {
  const refuse = (message: string) =>
    report(assembly, serverless, { message, at: serverless.properties, member: 'Auth' });
  if (Object.keys(auth).some((name) => !MEMBERS.includes(name))) refuse("Invalid value for 'Auth' property");
  const isIam = scalarText(auth['EnableIamAuthorizer']) === 'true';
  const authorizers = authorizersOf(auth);
  const name = auth['DefaultAuthorizer'];
  if (typeof name === 'string' && !Object.hasOwn(authorizers, name) && !(isIam && name === 'AWS_IAM')) {
    refuse(`Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`);
  }
  if (name !== undefined && typeof name !== 'string' && !isNoValue(name)) {
    refuse("Property 'Auth.DefaultAuthorizer' should be a string.");
  }
  refuseNoAuthorizers(assembly, serverless, auth);
  const made = Object.entries(authorizers).map(([one, authorizer]) => {
    const message = refusalOf(one, authorizer);
    const refuseIt = (what: string) => report(assembly, serverless, { message: what, at: authorizer });
    if (message !== undefined) refuseIt(message);
    return [one, schemeOf(assembly, authorizer, { path: `Authorizers.${one}.Identity`, refuse: refuseIt })] as const;
  });
  return { ...(isIam && { AWS_IAM }), ...Object.fromEntries(made) };
}

function refusalOf(name: string, authorizer: ValueMap): string | undefined {
  if (authorizer['OpenIdConnectUrl'] !== undefined) {
    return `'OpenIdConnectUrl' is no longer a supported property for authorizer '${name}'. Please refer to the AWS SAM documentation.`;
  }
  const {
    AuthorizationScopes: scopes,
    Identity: identity,
    EnableFunctionDefaultPermissions: enabled = false,
  } = authorizer;
  if (identity !== undefined && !isMap(identity))
    return `Property 'Auth.Authorizers.${name}.Identity' should be a map.`;
  if (scopes !== undefined && !isList(scopes)) return 'AuthorizationScopes must be a list.';
  const jwt = authorizer['JwtConfiguration'];
  if (jwt !== undefined && !isMap(jwt)) return "Property 'JwtConfiguration' should be a map.";
  const kind = authorizer['JwtConfiguration'] === undefined ? 'REQUEST' : 'JWT';
  for (const [property, [only, shown]] of Object.entries(KINDS)) {
    if (authorizer[property] !== undefined && only !== kind) return `${property} is only supported for ${shown}.`;
  }
  if (typeof enabled !== 'boolean') {
    return `Property 'Authorizers.${name}.EnableFunctionDefaultPermissions' should be a boolean.`;
  }
  const needed = kind === 'JWT' ? ['IdentitySource'] : ['FunctionArn', 'AuthorizerPayloadFormatVersion'];
  const absent = needed.find((property) => authorizer[property] === undefined);
  if (absent === undefined) return undefined;
  return `${name} ${kind === 'JWT' ? 'OAuth2' : 'Lambda'} Authorizer must define '${absent}'.`;
}

function schemeOf(
  assembly: Assembly,
  authorizer: ValueMap,
  place: { readonly path: string; readonly refuse: (message: string) => void },
): ValueMap {
  const { JwtConfiguration: jwt, IdentitySource: source, FunctionInvokeRole: role } = authorizer;
  if (isMap(jwt)) {
    const configuration = Object.entries(jwt).map(([name, value]) => [name.toLowerCase(), value] as const);
    return {
      type: 'oauth2',
      'x-amazon-apigateway-authorizer': {
        jwtConfiguration: Object.fromEntries(configuration),
        ...(source !== undefined && { identitySource: source }),
        type: 'jwt',
      },
    };
  }
  const { AuthorizerPayloadFormatVersion: version, EnableSimpleResponses: simple } = authorizer;
  const identity = authorizer['Identity'];
  const seconds = isMap(identity) ? identity['ReauthorizeEvery'] : undefined;
  return {
    type: 'apiKey',
    name: 'Unused',
    in: 'header',
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      authorizerUri: authorizerUri(assembly, authorizer['FunctionArn'] ?? ''),
      ...(role !== undefined && role !== 'NONE' && { authorizerCredentials: role }),
      ...(seconds !== undefined && { authorizerResultTtlInSeconds: seconds }),
      ...(isMap(identity) && { identitySource: identitySources(identity, IDENTITY_SOURCES, place) }),
      ...(version !== undefined && { authorizerPayloadFormatVersion: version }),
      ...(simple !== undefined && scalarText(simple) !== 'false' && { enableSimpleResponses: simple }),
    },
  };
}

/** Adds the permission for each authorizer that asks for it. */
export function addHttpAuthorizerPermissions(assembly: Assembly, serverless: Serverless, auth: ValueMap): void {
  for (const [name, authorizer] of Object.entries(authorizersOf(auth))) {
    const { FunctionArn: fn, EnableFunctionDefaultPermissions: enabled } = authorizer;
    if (fn !== undefined && scalarText(enabled) === 'true') {
      addAuthorizerPermission(assembly, serverless, { name, fn });
    }
  }
}

/** The security that a route's event asks for; none without `Auth`. */
export function routeSecurity(
  { event, owner, path, method }: Route,
  auth: ValueMap,
  place: { readonly assembly: Assembly; readonly apis: Apis },
): readonly Value[] {
  const own = event.properties['Auth'];
  if (!isMap(own)) return [];
  const refuse = (message: string) => {
    reportEvent({ ...place, serverless: owner }, event, { message, at: own });
    return [];
  };
  const name = own['Authorizer'] ?? auth['DefaultAuthorizer'];
  const shown = event.properties['Method'] === undefined ? ANY_METHOD : method;
  const where = `on API method [${shown}] for path [${path}]`;
  if (name === undefined) {
    return refuse(
      "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' configured on the HttpApi.",
    );
  }
  if (name === 'NONE') {
    if (auth['DefaultAuthorizer'] !== undefined) return [{ NONE: [] }];
    return refuse(
      `Unable to set Authorizer ${where} because 'NONE' is only a valid value when a DefaultAuthorizer on the API is specified.`,
    );
  }
  const isIam = name === 'AWS_IAM' && scalarText(auth['EnableIamAuthorizer']) === 'true';
  const authorizers = authorizersOf(auth);
  const named = `Unable to set Authorizer [${pythonText(name)}] ${where}`;
  // Without any `Auth` the API has an empty list of authorizers, with `Auth` it has none.
  const listed = auth['Authorizers'] ?? (Object.keys(auth).length === 0 ? {} : undefined);
  if (!isIam && (typeof name !== 'string' || !isMap(listed))) {
    return refuse(
      `${named}. The method authorizer must be a string with a corresponding dict entry in the api authorizer.`,
    );
  }
  if (!isIam && Object.keys(authorizers).length === 0) {
    return refuse(`${named} because the related API does not define any Authorizers.`);
  }
  if (typeof name !== 'string' || (!isIam && !Object.hasOwn(authorizers, name))) {
    return refuse(`${named} because it wasn't defined in the API's Authorizers.`);
  }
  const scopes = own['AuthorizationScopes'];
  if (scopes !== undefined && !isList(scopes)) {
    return refuse(`Unable to set Authorizer ${where} because 'AuthorizationScopes' must be a list of strings.`);
  }
  // Neither is an authorizer of the template, so that no scopes are theirs.
  if (name === 'AWS_IAM') return [{ [name]: [] }];
  const chosen = scopes !== undefined && scopes.length > 0 ? scopes : authorizers[name]?.['AuthorizationScopes'];
  return [{ [name]: chosen ?? [] }];
}

/** Operations with the API's default authorizer where they ask for none. */
export function withHttpDefault(paths: ValueMap, auth: ValueMap): ValueMap {
  const name = auth['DefaultAuthorizer'];
  if (typeof name !== 'string') return paths;
  const { AuthorizationScopes: scopes = [] } = pick(authorizersOf(auth)[name] ?? {}, ['AuthorizationScopes']);
  return mapOperations(paths, (operation, method) => {
    const security = operation['security'];
    const isChosen = isList(security) && security.length > 0;
    if (method === 'options' || operation[INTEGRATION] === undefined || isChosen) return operation;
    return { ...operation, security: [{ [name]: scopes }] };
  });
}
