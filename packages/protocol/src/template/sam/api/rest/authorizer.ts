// `Auth.Authorizers` of AWS::Serverless::Api: what each one is in the API's definition, and the permission to call its
// function.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, addResource, report, type Serverless } from '../../assembly.ts';
import { partitionOf } from '../../role.ts';

export const AWS_IAM: ValueMap = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  'x-amazon-apigateway-authtype': 'awsSigv4',
};
export const API_KEY: ValueMap = { type: 'apiKey', name: 'x-api-key', in: 'header' };

/** Where an authorizer of a REST API finds who calls, and how API Gateway calls it. */
const IDENTITY_SOURCES: IdentitySources = [
  ['Headers', 'method.request.header.'],
  ['QueryStrings', 'method.request.querystring.'],
  ['StageVariables', 'stageVariables.'],
  ['Context', 'context.'],
];

export type IdentitySources = readonly (readonly [member: string, prefix: string])[];

/** The sources that an identity names; `refuse` gets what is wrong with the members of `path`. */
export function identitySources(
  identity: ValueMap,
  sources: IdentitySources,
  { path, refuse }: { readonly path: string; readonly refuse: (message: string) => void },
): string[] {
  return sources.flatMap(([member, prefix]) => {
    const names = identity[member] ?? [];
    if (!isList(names)) refuse(`Property '${path}.${member}' should be a list.`);
    return (isList(names) ? names : []).flatMap((name, index) => {
      if (typeof name === 'string') return [`${prefix}${name}`];
      refuse(`Property '${path}.${member}[${index}]' should be a string.`);
      return [];
    });
  });
}

/** Reports authorizers that are none, of any kind of API. */
export function refuseNoAuthorizers(assembly: Assembly, serverless: Serverless, auth: ValueMap): void {
  const declared = auth['Authorizers'];
  const refuse = (path: string) =>
    report(assembly, serverless, { message: `Property '${path}' should be a map.`, at: auth, member: 'Authorizers' });
  if (declared && !isMap(declared)) refuse('Auth.Authorizers');
  for (const [name, one] of Object.entries(isMap(declared) ? declared : {})) {
    if (!isMap(one)) refuse(`Auth.Authorizers.${name}`);
  }
}

/** The authorizers of an API's `Auth`, by name. */
export function authorizersOf(auth: ValueMap): Record<string, ValueMap> {
  const declared = auth['Authorizers'];
  return Object.fromEntries(
    Object.entries(isMap(declared) ? declared : {}).flatMap(([name, one]) =>
      isMap(one) ? [[name, one] as const] : [],
    ),
  );
}

/** Security definitions of the authorizers. */
export function definitionsOf(assembly: Assembly, serverless: Serverless, auth: ValueMap): ValueMap {
  refuseNoAuthorizers(assembly, serverless, auth);
  const made = Object.entries(authorizersOf(auth)).map(([name, authorizer]) => {
    refuseAuthorizer(assembly, serverless, { name, authorizer });
    const refuse = (message: string) => report(assembly, serverless, { message, at: authorizer });
    const path = `Auth.Authorizers.${name}.Identity`;
    return [name, definitionOf(assembly, authorizer, { path, refuse })] as const;
  });
  return { ...(auth['DefaultAuthorizer'] === 'AWS_IAM' && { AWS_IAM }), ...Object.fromEntries(made) };
}

function definitionOf(
  assembly: Assembly,
  authorizer: ValueMap,
  place: { readonly path: string; readonly refuse: (message: string) => void },
): ValueMap {
  const { UserPoolArn: pool, FunctionArn: fn = '', FunctionInvokeRole: role } = authorizer;
  const identity = isMap(authorizer['Identity']) ? authorizer['Identity'] : {};
  const { Header: header = 'Authorization', ValidationExpression: expression, ReauthorizeEvery: seconds } = identity;
  const checks = expression === undefined ? {} : { identityValidationExpression: expression };
  if (pool !== undefined) {
    return {
      type: 'apiKey',
      name: header,
      in: 'header',
      'x-amazon-apigateway-authtype': 'cognito_user_pools',
      'x-amazon-apigateway-authorizer': {
        type: 'cognito_user_pools',
        providerARNs: isList(pool) ? pool : [pool],
        ...checks,
      },
    };
  }
  const isRequest = authorizer['FunctionPayloadType'] === 'REQUEST';
  const sources = isRequest ? identitySources(identity, IDENTITY_SOURCES, place) : [];
  return {
    type: 'apiKey',
    name: isRequest ? 'Unused' : header,
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': {
      type: isRequest ? 'request' : 'token',
      authorizerUri: authorizerUri(assembly, fn),
      ...(seconds !== undefined && { authorizerResultTtlInSeconds: seconds }),
      ...(role !== undefined && role !== 'NONE' && { authorizerCredentials: role }),
      ...(isRequest ? sources.length > 0 && { identitySource: sources.join(', ') } : checks),
    },
  };
}

/** How API Gateway names the function of an authorizer. */
export function authorizerUri(assembly: Assembly, fn: Value): ValueMap {
  const way = 'lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations';
  return {
    'Fn::Sub': [`arn:${partitionOf(assembly)}:apigateway:\${AWS::Region}:${way}`, { __FunctionArn__: fn }],
  };
}

function refuseAuthorizer(
  assembly: Assembly,
  serverless: Serverless,
  { name, authorizer }: { readonly name: string; readonly authorizer: ValueMap },
): void {
  const refuse = (message: string) => report(assembly, serverless, { message, at: authorizer });
  const { FunctionPayloadType: payload, DisableFunctionDefaultPermissions: disabled = false } = authorizer;
  if (typeof disabled !== 'boolean') {
    refuse(`Property 'Authorizers.${name}.DisableFunctionDefaultPermissions' should be a boolean.`);
  }
  if (payload !== undefined && payload !== 'TOKEN' && payload !== 'REQUEST') {
    refuse(`${name} Authorizer has invalid 'FunctionPayloadType': ${scalarText(payload) ?? ''}.`);
  }
  if (authorizer['Identity'] !== undefined && !isMap(authorizer['Identity'])) {
    const kinds =
      'LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity';
    const isRequest = payload === 'REQUEST';
    refuse(
      isRequest
        ? `Property 'Authorizer.${name}.Identity' should be a map.`
        : `Auth.Authorizers.<Authorizer>.Identity must be a dict (${kinds}).`,
    );
    return;
  }
  const identity = authorizer['Identity'] ?? {};
  const seconds = identity['ReauthorizeEvery'];
  const isUncached = seconds !== undefined && Number(scalarText(seconds)) === 0;
  const hasSource = IDENTITY_SOURCES.some(([member]) => identity[member] !== undefined);
  if (payload === 'REQUEST' && !hasSource && !isUncached) {
    refuse(
      `${name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context.`,
    );
  }
  const scopes = authorizer['AuthorizationScopes'];
  if (scopes !== undefined && !isList(scopes)) {
    refuse(`Property 'Authorizers.${name}.AuthorizationScopes' should be a list.`);
  }
}

/** Adds the permission for each authorizer that calls a function. */
export function addAuthorizerPermissions(assembly: Assembly, serverless: Serverless, auth: ValueMap): void {
  for (const [name, { FunctionArn: fn, DisableFunctionDefaultPermissions: disabled }] of Object.entries(
    authorizersOf(auth),
  )) {
    if (fn === undefined || scalarText(disabled) === 'true') continue;
    addAuthorizerPermission(assembly, serverless, { name, fn });
  }
}

export function addAuthorizerPermission(
  assembly: Assembly,
  serverless: Serverless,
  { name, fn }: { readonly name: string; readonly fn: Value },
): void {
  const { logicalId } = serverless;
  const arn = 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*';
  const Properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: fn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': [arn, { __ApiId__: { Ref: logicalId } }] },
  };
  const id = `${logicalId}${name}AuthorizerPermission`;
  addResource(assembly, id, { Type: 'AWS::Lambda::Permission', Properties }, serverless);
}
