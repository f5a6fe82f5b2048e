// AWS::Serverless::Function: the function, its role, its version and alias, its URL, its asynchronous settings and its
// events. Gradual deployments are accepted without effect: the alias moves at once here.

import { asIntrinsic, isList, isMap, isNoValue, scalarText, type Value, type ValueMap } from '../../value.ts';
import type { Apis } from '../api/api-draft.ts';
import {
  type Assembly,
  addResource,
  knownText,
  ownAttributes,
  pick,
  referredId,
  report,
  type Serverless,
  sortedJson,
  type Target,
  tagList,
} from '../assembly.ts';
import { addEvents } from '../events/event.ts';
import { resolveParameters } from '../known-value.ts';
import { s3Location } from '../location.ts';
import { addRole, type RoleNeeds } from '../role.ts';
import { checkResource } from '../specification.ts';
import { addDeploymentGroup } from './deployment-preference.ts';
import { addInvokeConfig } from './invoke-config.ts';
import { refuseFunction } from './refusal.ts';

/** Properties that AWS::Lambda::Function has under the same name. */
const SAME_NAME = [
  ...['Architectures', 'CodeSigningConfigArn', 'Description', 'DurableConfig', 'Environment', 'EphemeralStorage'],
  ...['FileSystemConfigs', 'FunctionName', 'FunctionScalingConfig', 'Handler', 'ImageConfig', 'KmsKeyArn', 'Layers'],
  ...['LoggingConfig', 'MemorySize', 'PackageType', 'PublishToLatestPublished', 'RecursiveLoop'],
  ...['ReservedConcurrentExecutions', 'Runtime', 'RuntimeManagementConfig', 'SnapStart', 'TenancyConfig', 'Timeout'],
  'VpcConfig',
];

export function expandFunction(assembly: Assembly, serverless: Serverless, apis: Apis): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  refuseFunction(assembly, serverless);
  const deadLetters = properties['DeadLetterQueue'];
  const role = roleOf(serverless);
  const tracing = knownText(properties['Tracing'], assembly) === 'Disabled' ? undefined : properties['Tracing'];
  const lambda = assembly.source.derive(
    {
      Code: codeOf(properties),
      ...pick(properties, SAME_NAME),
      ...describedWithHash(assembly, serverless),
      ...capacityOf(properties['CapacityProviderConfig']),
      Role: role.value,
      Tags: tagList(properties['Tags']),
      ...(tracing !== undefined && { TracingConfig: { Mode: tracing } }),
      ...(isMap(deadLetters) && { DeadLetterConfig: pick(deadLetters, ['TargetArn']) }),
    },
    properties,
    { Code: properties['CodeUri'] === undefined ? 'InlineCode' : 'CodeUri', TracingConfig: 'Tracing' },
  );
  const resource = { Type: 'AWS::Lambda::Function', ...ownAttributes(declared), Properties: lambda };
  addResource(assembly, logicalId, resource, serverless);
  const needs: RoleNeeds = { managed: [], inline: deadLetterPolicies(deadLetters) };
  const target = addAlias(assembly, serverless, lambda);
  addFunctionUrl(assembly, serverless, target);
  addInvokeConfig(assembly, serverless, needs);
  addEvents({ assembly, serverless, target, needs, apis });
  if (!role.made) return;
  const managed = [
    properties['DurableConfig'] === undefined
      ? 'AWSLambdaBasicExecutionRole'
      : 'AWSLambdaBasicDurableExecutionRolePolicy',
    ...(tracing === undefined ? [] : ['AWSXrayWriteOnlyAccess']),
    ...(properties['VpcConfig'] === undefined ? [] : ['AWSLambdaVPCAccessExecutionRole']),
  ];
  const origin = { ...serverless, declared: withCondition(assembly, serverless, role.condition) };
  const tags = tagList(properties['Tags']);
  addRole(assembly, origin, { service: 'lambda.amazonaws.com', managed, needs, tags });
}

/** Instances of one's own that a function runs on. */
function capacityOf(config: Value | undefined): ValueMap {
  if (!isMap(config)) return {};
  const { Arn: arn, ...rest } = config;
  const own = { ...(arn !== undefined && { CapacityProviderArn: arn }), ...rest };
  return { CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: own } };
}

/** The function's role, and under which condition (or the contrary of which) SAM makes one. */
function roleOf({ logicalId, properties }: Serverless): {
  readonly value: Value;
  readonly made: boolean;
  readonly condition?: { readonly name: string; readonly holds: boolean };
} {
  const given = properties['Role'];
  const made = { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] };
  if (given === undefined) return { value: made, made: true };
  const choice = asIntrinsic(given);
  const [name, yes, no] = choice?.name === 'Fn::If' && isList(choice.argument) ? choice.argument : [];
  if (typeof name !== 'string' || yes === undefined || no === undefined) return { value: given, made: false };
  const [absentYes, absentNo] = [isNoValue(yes), isNoValue(no)];
  if (absentYes && absentNo) return { value: made, made: true };
  if (!absentYes && !absentNo) return { value: given, made: false };
  const value = { 'Fn::If': [name, absentYes ? made : yes, absentNo ? made : no] };
  return { value, made: true, condition: { name, holds: absentYes } };
}

/** The function as the origin of a role that is made only under a condition of its own. */
function withCondition(
  { conditions, source }: Assembly,
  { declared }: Serverless,
  condition: { readonly name: string; readonly holds: boolean } | undefined,
): ValueMap {
  if (!condition) return declared;
  const { name, holds } = condition;
  if (!holds) conditions[`NOT${name}`] = { 'Fn::Not': [{ Condition: name }] };
  return source.derive({ ...declared, Condition: holds ? name : `NOT${name}` }, declared);
}

// A path in the local file system stays a text here; whoever knows where paths start makes a location of it.
function codeOf({ CodeUri: uri, InlineCode: inline, ImageUri: image, ...properties }: ValueMap): Value {
  // Without an ImageUri, `sam build` makes the image from the resource's metadata.
  if (properties['PackageType'] === 'Image') return image === undefined ? {} : { ImageUri: image };
  const key = properties['SourceKMSKeyArn'];
  const encrypted = key === undefined ? {} : { SourceKMSKeyArn: key };
  if (inline !== undefined) return { ZipFile: inline, ...encrypted };
  const location = s3Location(uri, 'code');
  // `sam build` and `sam package` take the template's own folder for a function that names none.
  return location ? { ...location, ...encrypted } : (uri ?? './');
}

function deadLetterPolicies(deadLetters: Value | undefined): ValueMap[] {
  if (!isMap(deadLetters)) return [];
  const action = deadLetters['Type'] === 'SNS' ? 'sns:Publish' : 'sqs:SendMessage';
  return [
    {
      PolicyName: 'DeadLetterQueuePolicy',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: action, Resource: deadLetters['TargetArn'] ?? '*', Effect: 'Allow' }],
      },
    },
  ];
}

function addAlias(assembly: Assembly, serverless: Serverless, lambda: ValueMap): Target {
  const { logicalId, properties } = serverless;
  const alias = knownText(properties['AutoPublishAlias'], assembly);
  if (alias === undefined) {
    if (properties['AutoPublishAlias'] !== undefined) {
      const message = "'AutoPublishAlias' must be a string or a Ref to a template parameter";
      report(assembly, serverless, { message, at: properties, member: 'AutoPublishAlias' });
    }
    return { logicalId, arn: { 'Fn::GetAtt': [logicalId, 'Arn'] }, arnText: `\${${logicalId}.Arn}` };
  }
  const versionId = `${logicalId}Version${versionHash(assembly, serverless, lambda).slice(0, 10)}`;
  const aliasId = `${logicalId}Alias${alias.replaceAll('-', 'D').replaceAll('_', 'U')}`;
  const {
    VersionDescription: description,
    CapacityProviderConfig: capacity,
    VersionDeletionPolicy: policy,
  } = properties;
  // A version that is kept would go on taking the instances that it runs on.
  const kept = capacity === undefined ? 'Retain' : 'Delete';
  addResource(
    assembly,
    versionId,
    {
      Type: 'AWS::Lambda::Version',
      DeletionPolicy: serverless.declared['DeletionPolicy'] ?? policy ?? kept,
      Properties: {
        FunctionName: { Ref: logicalId },
        ...(description !== undefined && { Description: description }),
        ...(capacity !== undefined && pick(properties, ['FunctionScalingConfig'])),
      },
    },
    serverless,
  );
  addResource(
    assembly,
    aliasId,
    {
      Type: 'AWS::Lambda::Alias',
      ...addDeploymentGroup(assembly, serverless),
      Properties: {
        Name: alias,
        FunctionName: { Ref: logicalId },
        FunctionVersion: { 'Fn::GetAtt': [versionId, 'Version'] },
        ...pick(properties, ['ProvisionedConcurrencyConfig']),
      },
    },
    serverless,
  );
  assembly.references.set(`${logicalId}.Version`, versionId);
  assembly.references.set(`${logicalId}.Alias`, aliasId);
  return { logicalId: aliasId, arn: { Ref: aliasId }, arnText: `\${${aliasId}}` };
}

/** A hash that the author gives is part of the description, so that the function changes with it. */
function describedWithHash(assembly: Assembly, { properties }: Serverless): ValueMap {
  const hash = knownText(properties['AutoPublishCodeSha256'], assembly);
  if (hash === undefined) return {};
  const given = properties['Description'];
  const description = scalarText(given);
  if (given !== undefined && description === undefined) return { Description: { 'Fn::Join': [' ', [given, hash]] } };
  return { Description: description === undefined ? hash : `${description} ${hash}` };
}

/** The hash that the version's id ends with: the author's own, or one of what makes a new version when it changes. */
function versionHash(assembly: Assembly, { properties }: Serverless, lambda: ValueMap): string {
  const given = knownText(properties['AutoPublishCodeSha256'], assembly);
  if (given !== undefined) return given;
  const all = scalarText(properties['AutoPublishAliasAllProperties']) === 'true';
  // A role that SAM makes is no part of it.
  const { Role: _, ...rest } = lambda;
  const whole = { ...rest, ...pick(properties, ['Role']), ...publishingLayers(assembly, properties['Layers']) };
  const code = resolveParameters(lambda['Code'] ?? '', assembly);
  return assembly.sha1(all ? sortedJson(whole) : versionText(code, properties));
}

/** Layers of the template that make a new version of their functions when they change. */
function publishingLayers({ layers }: Assembly, named: Value | undefined): ValueMap {
  const found = (isList(named) ? named : []).flatMap((layer) => {
    const id = isMap(layer) ? referredId(layer) : undefined;
    const properties = id === undefined ? undefined : layers.get(id);
    const publishes = scalarText(properties?.['PublishLambdaVersion']) === 'true';
    return id !== undefined && properties && publishes ? [[id, properties] as const] : [];
  });
  return Object.fromEntries(found);
}

/** What makes a new version when it changes: code, environment, memory. */
function versionText(
  code: Value,
  { Environment: environment, MemorySize: memory, SnapStart: snapStart }: ValueMap,
): string {
  return sortedJson({
    ...(isMap(code) ? code : { Code: code }),
    ...(isMap(environment) && environment),
    ...(memory !== undefined && { MemorySize: memory }),
    ...(isMap(snapStart) && snapStart['ApplyOn'] !== 'None' && { SnapStart: snapStart }),
  });
}

function addFunctionUrl(assembly: Assembly, serverless: Serverless, target: Target): void {
  const { logicalId, properties } = serverless;
  const config = properties['FunctionUrlConfig'];
  if (!isMap(config)) return;
  const FunctionName = { Ref: target.logicalId };
  const url = { TargetFunctionArn: FunctionName, ...pick(config, ['AuthType', 'Cors', 'InvokeMode']) };
  addResource(
    assembly,
    `${logicalId}Url`,
    { Type: 'AWS::Lambda::Url', Properties: assembly.source.derive(url, config) },
    serverless,
  );
  if (config['AuthType'] !== 'NONE') return;
  const permission = (id: string, members: ValueMap) =>
    addResource(
      assembly,
      `${logicalId}${id}`,
      { Type: 'AWS::Lambda::Permission', Properties: { FunctionName, Principal: '*', ...members } },
      serverless,
    );
  permission('UrlPublicPermissions', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
  permission('URLInvokeAllowPublicAccess', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
}
