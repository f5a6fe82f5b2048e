// The Globals section of a SAM template, merged into each serverless resource: maps member by member, lists one after
// the other, anything else is overridden by the resource.

import { refusal } from '../problem.ts';
import type { Source } from '../source.ts';
import { asIntrinsic, isList, isMap, type Value, type ValueMap, weigh } from '../value.ts';
import type { Assembly } from './assembly.ts';
import { pythonText } from './python-text.ts';

const SECTIONS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'Function',
  'AWS::Serverless::Api': 'Api',
  'AWS::Serverless::HttpApi': 'HttpApi',
  'AWS::Serverless::SimpleTable': 'SimpleTable',
  'AWS::Serverless::StateMachine': 'StateMachine',
  'AWS::Serverless::LayerVersion': 'LayerVersion',
  'AWS::Serverless::CapacityProvider': 'CapacityProvider',
  'AWS::Serverless::WebSocketApi': 'WebSocketApi',
};

/** The sections that there are. */
const GLOBAL_SECTIONS: readonly string[] = Object.values(SECTIONS);

/** What each section may hold, as SAM lists it. Source: aws-sam-translator 1.110, `Globals.supported_properties`. */
const GLOBAL_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  Function: [
    ...['Handler', 'Runtime', 'CodeUri', 'DeadLetterQueue', 'Description', 'MemorySize', 'Timeout', 'VpcConfig'],
    ...['Environment', 'Tags', 'PropagateTags', 'Tracing', 'KmsKeyArn', 'AutoPublishAlias'],
    ...['AutoPublishAliasAllProperties', 'Layers', 'DeploymentPreference', 'RolePath', 'PermissionsBoundary'],
    ...['ReservedConcurrentExecutions', 'ProvisionedConcurrencyConfig', 'AssumeRolePolicyDocument'],
    ...['EventInvokeConfig', 'FileSystemConfigs', 'CodeSigningConfigArn', 'Architectures', 'SnapStart'],
    ...['EphemeralStorage', 'FunctionUrlConfig', 'RuntimeManagementConfig', 'LoggingConfig', 'RecursiveLoop'],
    ...['SourceKMSKeyArn', 'TenancyConfig', 'DurableConfig', 'CapacityProviderConfig', 'FunctionScalingConfig'],
    ...['PublishToLatestPublished', 'VersionDeletionPolicy'],
  ],
  Api: [
    ...['Auth', 'Name', 'DefinitionUri', 'CacheClusterEnabled', 'CacheClusterSize', 'MergeDefinitions', 'Variables'],
    ...['EndpointConfiguration', 'MethodSettings', 'BinaryMediaTypes', 'MinimumCompressionSize', 'Cors'],
    ...['GatewayResponses', 'AccessLogSetting', 'CanarySetting', 'TracingEnabled', 'OpenApiVersion', 'Domain'],
    ...['AlwaysDeploy', 'PropagateTags', 'SecurityPolicy', 'EndpointAccessMode'],
  ],
  HttpApi: [
    ...['Auth', 'AccessLogSettings', 'StageVariables', 'Tags', 'CorsConfiguration', 'DefaultRouteSettings', 'Domain'],
    ...['RouteSettings', 'FailOnWarnings', 'PropagateTags'],
  ],
  SimpleTable: ['SSESpecification'],
  StateMachine: ['PropagateTags'],
  LayerVersion: ['PublishLambdaVersion'],
  CapacityProvider: [
    ...['VpcConfig', 'OperatorRole', 'Tags', 'InstanceRequirements', 'ScalingConfig', 'KmsKeyArn', 'PropagateTags'],
  ],
  WebSocketApi: [
    ...['AccessLogSettings', 'ApiKeySelectionExpression', 'DefaultRouteSettings', 'DisableExecuteApiEndpoint'],
    ...['DisableSchemaValidation', 'Domain', 'FailOnWarnings', 'IpAddressType', 'PropagateTags'],
    ...['RouteSelectionExpression', 'RouteSettings', 'StageVariables', 'Tags'],
  ],
};

/** The globals of a resource without those that its attribute `IgnoreGlobals` names; `*` are all of them. */
export function heededGlobals(globals: ValueMap, { IgnoreGlobals: ignored }: ValueMap, type: string): ValueMap {
  const name = SECTIONS[type];
  const section = name === undefined ? undefined : globals[name];
  if (ignored === undefined || name === undefined || !isMap(section)) return globals;
  if (ignored === '*') return {};
  const names = isList(ignored) ? ignored : [];
  const left = Object.entries(section).filter(([property]) => !names.includes(property));
  return { [name]: Object.fromEntries(left) };
}

/** A resource's properties with the globals of its type. */
export function withGlobals(options: {
  readonly globals: ValueMap;
  readonly type: string;
  readonly properties: ValueMap;
  readonly source: Source;
}): ValueMap {
  const { globals, type, properties, source } = options;
  const section = globals[SECTIONS[type] ?? ''];
  const merged = section === undefined ? properties : merge(section, properties, source);
  return isMap(merged) ? merged : properties;
}

function merge(general: Value, own: Value, source: Source): Value {
  if (isList(general) && isList(own)) return source.derive([...general, ...own], own);
  if (!isMap(general) || !isMap(own) || asIntrinsic(general) || asIntrinsic(own)) return own;
  const merged: Record<string, Value> = { ...general };
  for (const [name, value] of Object.entries(own)) {
    const before = general[name];
    merged[name] = before === undefined ? value : merge(before, value, source);
  }
  return source.derive(merged, own);
}

/** Ours: values and characters of Globals, which each of 500 functions gets. */
const GLOBALS_MAX = 20_000;

/** Reports sections and properties of Globals that SAM does not have. */
export function checkGlobals(globals: ValueMap, { assembly, root }: { assembly: Assembly; root: ValueMap }): void {
  const { problems, source } = assembly;
  const given = root['Globals'];
  if (given !== undefined && !isMap(given)) {
    const message = "'Globals' section is invalid. It must be a non-empty dictionary";
    problems.push({ message, line: source.lineOf(root, 'Globals') });
  }
  if (weigh(globals, GLOBALS_MAX) > GLOBALS_MAX) {
    const message = `'Globals' section is invalid. Earwitness merges no more than ${GLOBALS_MAX} values and characters`;
    throw refusal(message, source.lineOf(root, 'Globals'));
  }
  for (const [name, section] of Object.entries(globals)) {
    const known = Object.hasOwn(GLOBAL_PROPERTIES, name) ? GLOBAL_PROPERTIES[name] : undefined;
    if (known === undefined) {
      const values = pythonText(GLOBAL_SECTIONS.toSorted());
      const message = `'Globals' section is invalid. '${name}' is not supported. Must be one of the following values - ${values}`;
      problems.push({ message, line: source.lineOf(globals, name) });
      continue;
    }
    for (const property of isMap(section) ? Object.keys(section) : []) {
      if (known.includes(property)) continue;
      const values = pythonText(known);
      const message = `'Globals' section is invalid. '${property}' is not a supported property of '${name}'. Must be one of the following values - ${values}`;
      problems.push({ message, line: source.lineOf(section, property) });
    }
  }
}
