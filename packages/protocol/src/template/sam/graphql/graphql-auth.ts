// Auth of a GraphQL API: how requests prove who they are, and which functions AppSync may call for that.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, pick, report, type Serverless } from '../assembly.ts';
import { buildConnector } from '../connector/connector.ts';

/** By type: the member of SAM, and the property of AppSync. */
const SETTINGS: Readonly<Record<string, readonly [string, string]>> = {
  AWS_LAMBDA: ['LambdaAuthorizer', 'LambdaAuthorizerConfig'],
  OPENID_CONNECT: ['OpenIDConnect', 'OpenIDConnectConfig'],
  AMAZON_COGNITO_USER_POOLS: ['UserPool', 'UserPoolConfig'],
};

/** The API's properties of its `Auth`. */
export function graphqlAuth(assembly: Assembly, serverless: Serverless): ValueMap {
  const auth = serverless.properties['Auth'];
  if (!isMap(auth)) return {};
  const additional = isList(auth['Additional']) ? auth['Additional'] : [];
  const providers = additional.map((one, index) => {
    const provider = providerOf(isMap(one) ? one : {}, { assembly, serverless, path: `Auth.Additional.${index}` });
    const { UserPoolConfig: pool, ...rest } = provider;
    if (!isMap(pool)) return provider;
    // Only the first way to authenticate has a default.
    const { DefaultAction: _, ...members } = pool;
    return { ...rest, UserPoolConfig: members };
  });
  return {
    ...providerOf(auth, { assembly, serverless, path: 'Auth' }),
    ...(providers.length > 0 && { AdditionalAuthenticationProviders: providers }),
  };
}

/** Lets AppSync call the functions that authorize. */
export function allowAuthorizers(assembly: Assembly, serverless: Serverless): void {
  const { properties, logicalId, declared } = serverless;
  const auth = isMap(properties['Auth']) ? properties['Auth'] : {};
  const additional = isList(auth['Additional']) ? auth['Additional'] : [];
  const functions = [auth, ...additional].flatMap((one) => {
    const settings = isMap(one) && one['Type'] === 'AWS_LAMBDA' ? one['LambdaAuthorizer'] : undefined;
    const arn = isMap(settings) ? settings['AuthorizerUri'] : undefined;
    return arn === undefined ? [] : [arn];
  });
  for (const [index, arn] of functions.entries()) {
    const Source = {
      Type: 'AWS::AppSync::GraphQLApi',
      Arn: { Ref: logicalId },
      ResourceId: { 'Fn::GetAtt': [logicalId, 'ApiId'] },
    };
    const Destination = { Type: 'AWS::Lambda::Function', Arn: arn };
    buildConnector(assembly, {
      logicalId: `${logicalId}ToLambdaAuthConnector${index + 1}`,
      type: 'AWS::Serverless::Connector',
      // Attributes of the API are none of the permission's.
      declared: assembly.source.derive({}, declared),
      properties: { Source, Destination, Permissions: ['Write'] },
      declaredTypes: new Map(),
    });
  }
}

function providerOf(
  auth: ValueMap,
  {
    assembly,
    serverless,
    path,
  }: { readonly assembly: Assembly; readonly serverless: Serverless; readonly path: string },
): ValueMap {
  const { Additional: _, ...own } = auth;
  const refuse = (message: string) => report(assembly, serverless, { message, at: auth });
  if (Object.keys(own).length > 2) {
    refuse(`'${path.replace(/\.0$/, '')}' has more than one authentication configuration defined.`);
  }
  const type: Value = auth['Type'] ?? '';
  const [member, property] = SETTINGS[scalarText(type) ?? ''] ?? [];
  if (member === undefined || property === undefined) return { AuthenticationType: type };
  const settings = pick(auth, [member])[member];
  if (settings === undefined) refuse(`'${member}' must be defined if type is '${scalarText(type) ?? ''}'.`);
  return { AuthenticationType: type, ...(settings !== undefined && { [property]: settings }) };
}
