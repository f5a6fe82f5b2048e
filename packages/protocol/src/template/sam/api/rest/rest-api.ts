// AWS::Serverless::Api: a RestApi with its definition, a deployment whose name changes with the definition, a stage,
// and what belongs to it: authorizers' permissions, a usage plan, a domain.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import {
  type Assembly,
  addResource,
  ownAttributes,
  pick,
  report,
  suffixedId,
  tagPairs,
  withoutNulls,
} from '../../assembly.ts';
import { resolveParameters } from '../../known-value.ts';
import { locationFault, s3Location } from '../../location.ts';
import { checkResource } from '../../specification.ts';
import type { ApiDraft, Apis } from '../api-draft.ts';
import { isSwagger, refuseUnreadable } from '../definition.ts';
import { addAuthorizerPermissions } from './authorizer.ts';
import { refuseAuth, restBody } from './body.ts';
import { refuseCors } from './cors.ts';
import { addDomain } from './domain.ts';
import { addUsagePlan } from './usage-plan.ts';

const ON_API = [
  ...['ApiKeySourceType', 'Description', 'EndpointAccessMode', 'FailOnWarnings', 'MinimumCompressionSize', 'Mode'],
  ...['Name', 'Policy', 'SecurityPolicy'],
];
const ON_STAGE = [
  ...['AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'CanarySetting', 'MethodSettings'],
  ...['TracingEnabled', 'Variables'],
];

export function buildRestApi(assembly: Assembly, draft: ApiDraft, apis: Apis): void {
  const { serverless } = draft;
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  refuseCors(assembly, serverless);
  refuseDefinition(assembly, draft);
  const known = resolveParameters(properties['Auth'] ?? {}, assembly);
  const auth = isMap(known) && !asIntrinsic(known) ? known : {};
  refuseAuth(assembly, serverless, auth);
  const uri = properties['DefinitionUri'] ?? '';
  const body = restBody(draft, { assembly, apis, auth });
  const hash = assembly.sha1(JSON.stringify(body ?? uri));
  const stage = properties['StageName'] ?? 'Prod';
  const deploymentId = `${logicalId}Deployment${hash.slice(0, 10)}`;
  const stageId = suffixedId(logicalId, typeof stage === 'string' ? stage : '', assembly, 'Stage');
  const RestApiId = { Ref: logicalId };
  const binary = properties['BinaryMediaTypes'];
  const restApi = {
    ...(body ? { Body: body } : { BodyS3Location: s3Location(uri, 'definition') ?? uri }),
    ...pick(properties, ON_API),
    ...endpointOf(properties['EndpointConfiguration']),
    ...(binary !== undefined && { BinaryMediaTypes: resolveParameters(binary, assembly) }),
  };
  const Properties = assembly.source.derive(restApi, properties);
  addResource(
    assembly,
    logicalId,
    { Type: 'AWS::ApiGateway::RestApi', ...ownAttributes(declared), Properties },
    serverless,
  );
  addResource(
    assembly,
    deploymentId,
    {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: {
        RestApiId,
        Description: `RestApi deployment id: ${hash}`,
        // SAM's own oddity: without OpenApiVersion each deployment also makes a stage called Stage.
        ...(properties['OpenApiVersion'] === undefined && { StageName: 'Stage' }),
      },
    },
    serverless,
  );
  const stageProperties = {
    DeploymentId: { Ref: deploymentId },
    RestApiId,
    StageName: stage,
    ...pick(properties, ON_STAGE),
    ...(isMap(properties['Tags']) && { Tags: tagPairs(properties['Tags']) }),
  };
  addResource(
    assembly,
    stageId,
    { Type: 'AWS::ApiGateway::Stage', Properties: assembly.source.derive(stageProperties, properties) },
    serverless,
  );
  assembly.references.set(`${logicalId}.Stage`, stageId);
  assembly.references.set(`${logicalId}.Deployment`, deploymentId);
  addAuthorizerPermissions(assembly, serverless, auth);
  addUsagePlan(assembly, serverless, { auth, stageId });
  if (properties['Domain'] === undefined) return;
  const domain = resolveParameters(properties['Domain'], assembly);
  const message = "Property 'Domain' should be a map.";
  if (isMap(domain)) addDomain(assembly, serverless, { domain: withoutNulls(domain, assembly.source), stageId });
  else if (isMap(properties['Domain'])) report(assembly, serverless, { message, at: properties, member: 'Domain' });
}

function refuseDefinition(assembly: Assembly, { serverless }: ApiDraft): void {
  const { properties } = serverless;
  const refuse = (message: string, member: string) => report(assembly, serverless, { message, at: properties, member });
  const fault = locationFault(properties['DefinitionUri'], 'DefinitionUri');
  if (fault !== undefined) refuse(fault, 'DefinitionUri');
  if (properties['DefinitionUri'] !== undefined) {
    if (properties['DefinitionBody'] !== undefined) {
      refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.", 'DefinitionUri');
    }
    if (properties['DisableExecuteApiEndpoint'] !== undefined) {
      refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.", 'DisableExecuteApiEndpoint');
    }
    for (const name of ['Auth', 'Cors', 'GatewayResponses', 'Models']) {
      if (properties[name] === undefined) continue;
      refuse(`${name} works only with inline Swagger specified in 'DefinitionBody' property.`, name);
    }
    if (scalarText(properties['MergeDefinitions']) === 'true') {
      refuse("Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.", 'MergeDefinitions');
    }
  }
  const body = properties['DefinitionBody'];
  if (isMap(body) && !isSwagger(body)) refuseUnreadable(assembly, serverless);
  const endpoint = properties['EndpointConfiguration'];
  if (isMap(endpoint) && endpoint['VPCEndpointIds'] !== undefined && endpoint['VpcEndpointIds'] !== undefined) {
    const message = "'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.";
    refuse(message, 'EndpointConfiguration');
  }
  if (properties['StageName'] === '') refuse('StageName cannot be empty.', 'StageName');
  const version = properties['OpenApiVersion'];
  if (typeof version === 'string' && !/^[2-3](\.\d)(\.\d)?$/.test(version)) {
    refuse("The OpenApiVersion value must be of the format '3.0.0'.", 'OpenApiVersion');
  }
}

function endpointOf(configuration: Value | undefined): ValueMap {
  if (configuration === undefined) return {};
  if (!isMap(configuration) || asIntrinsic(configuration)) {
    return {
      EndpointConfiguration: { Types: [configuration] },
      Parameters: { endpointConfigurationTypes: configuration },
    };
  }
  const type = configuration['Type'] ?? configuration['Types'] ?? 'REGIONAL';
  const types = isList(type) ? type : [type];
  const endpoints = configuration['VPCEndpointIds'] ?? configuration['VpcEndpointIds'];
  return {
    EndpointConfiguration: {
      Types: types,
      ...(endpoints !== undefined && { VpcEndpointIds: endpoints }),
      ...pick(configuration, ['IpAddressType']),
    },
    Parameters: { endpointConfigurationTypes: types[0] ?? 'REGIONAL' },
  };
}
