// What the properties of a GraphQL API may hold, down to the last member. Source: aws-sam-translator 1.110,
// `aws_serverless_graphqlapi`.
import { isList, isMap, type Value } from '../../value.ts';

/** Any value, one of some texts, a list of one shape, or members: `!` stands behind those that are required, and `*`
 * for every name. */
type Shape = 'any' | readonly string[] | { readonly list: Shape } | { readonly [member: string]: Shape };

const members = (names: string): Record<string, Shape> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'any'] as const));

const RUNTIME: Shape = members('Name! Version!');
const CODE = { ...members('InlineCode CodeUri MaxBatchSize'), Runtime: RUNTIME };
const SYNC: Shape = {
  ...members('ConflictDetection! ConflictHandler'),
  LambdaConflictHandlerConfig: members('LambdaConflictHandlerArn!'),
};
const SOURCE = members('ServiceRoleArn Name Description');

const AUTHORIZER = {
  'Type!': ['AWS_IAM', 'API_KEY', 'AWS_LAMBDA', 'OPENID_CONNECT', 'AMAZON_COGNITO_USER_POOLS'],
  LambdaAuthorizer: members('AuthorizerResultTtlInSeconds AuthorizerUri! IdentityValidationExpression'),
  OpenIDConnect: members('AuthTTL ClientId IatTTL Issuer'),
  UserPool: members('AppIdClientRegex AwsRegion DefaultAction UserPoolId!'),
};

const PROPERTIES: Readonly<Record<string, Shape>> = {
  Auth: { ...AUTHORIZER, Additional: { list: AUTHORIZER } },
  Logging: members('CloudWatchLogsRoleArn ExcludeVerboseContent FieldLogLevel'),
  DataSources: {
    DynamoDb: {
      '*': {
        ...members('TableName! TableArn Permissions Region UseCallerCredentials Versioned'),
        ...SOURCE,
        DeltaSync: members('BaseTableTTL! DeltaSyncTableName! DeltaSyncTableTTL!'),
      },
    },
    Lambda: { '*': { ...members('FunctionArn!'), ...SOURCE } },
  },
  Functions: { '*': { ...members('DataSource Description Name Id'), ...CODE, Sync: SYNC } },
  Resolvers: {
    '*': {
      '*': { FieldName: 'any', Caching: members('Ttl! CachingKeys'), Pipeline: { list: 'any' }, ...CODE, Sync: SYNC },
    },
  },
  ApiKeys: { '*': members('ApiKeyId Description ExpiresOn') },
  DomainName: members('CertificateArn! DomainName! Description'),
  Cache: members('ApiCachingBehavior! Ttl! Type! AtRestEncryptionEnabled TransitEncryptionEnabled'),
};

/** The path of the first member that cannot be what it is; undefined when all can. */
export function invalidPath(properties: Readonly<Record<string, Value>>): string | undefined {
  for (const [name, shape] of Object.entries(PROPERTIES)) {
    const value = properties[name];
    // Logging may be a boolean as well.
    if (value === undefined || typeof value === 'boolean') continue;
    const path = pathWithin(value, shape, name);
    if (path !== undefined) return path;
  }
  return undefined;
}

function pathWithin(value: Value, shape: Shape, path: string): string | undefined {
  if (shape === 'any') return undefined;
  if (isTexts(shape)) return typeof value === 'string' && shape.includes(value) ? undefined : path;
  if ('list' in shape) {
    if (!isList(value)) return path;
    return firstOf(value.map((one, index) => () => pathWithin(one, shape['list'] ?? 'any', `${path}.${index}`)));
  }
  if (!isMap(value)) return path;
  const all = shape['*'];
  if (all !== undefined) {
    return firstOf(
      Object.entries(value).map(
        ([name, one]) =>
          () =>
            pathWithin(one, all, `${path}.${name}`),
      ),
    );
  }
  const known = Object.entries(shape).map(([entry, inner]) => {
    const name = entry.replace('!', '');
    return { name, isRequired: entry.endsWith('!'), inner };
  });
  const inside = firstOf(
    known.map(({ name, isRequired, inner }) => () => {
      const one = value[name] ?? null;
      if (one === null) return isRequired ? `${path}.${name}` : undefined;
      return pathWithin(one, inner, `${path}.${name}`);
    }),
  );
  const foreign = Object.keys(value).find((name) => !known.some((one) => one.name === name));
  return inside ?? (foreign === undefined ? undefined : `${path}.${foreign}`);
}

function isTexts(shape: Shape): shape is readonly string[] {
  return Array.isArray(shape);
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const path = check();
    if (path !== undefined) return path;
  }
  return undefined;
}
