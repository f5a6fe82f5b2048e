// AWS::Serverless::HttpApi: an Api of API Gateway v2 with its definition, a stage that deploys by itself, and what
// belongs to it: authorizers' permissions, a domain.
import { isMap, scalarText } from '../../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, reportTemplate, suffixedId } from '../../assembly.ts';
import { resolveParameters } from '../../known-value.ts';
import { locationFault, s3Location } from '../../location.ts';
import { checkResource } from '../../specification.ts';
import type { ApiDraft, Apis } from '../api-draft.ts';
import { isOpenApi } from '../definition.ts';
import { addHttpAuthorizerPermissions, httpAuthOf } from './authorizer.ts';
import { httpBody, routeSettings } from './body.ts';
import { addHttpDomain } from './domain.ts';

const ON_STAGE = ['AccessLogSettings', 'DefaultRouteSettings', 'StageVariables'];

export function buildHttpApi(assembly: Assembly, draft: ApiDraft, apis: Apis): void {
  const { serverless } = draft;
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  refuseImpossible(assembly, draft);
  const stage = properties['StageName'] ?? '$default';
  const name = typeof stage === 'string' ? stage : '';
  const stageId =
    name === '$default' ? `${logicalId}ApiGatewayDefaultStage` : suffixedId(logicalId, name, assembly, 'Stage');
  const mark = { 'httpapi:createdBy': 'SAM' };
  const tags = { ...(isMap(properties['Tags']) && properties['Tags']), ...mark };
  const uri = properties['DefinitionUri'] ?? '';
  const body = httpBody(draft, tags, { assembly, apis });
  const api = {
    ...(body ? { Body: body } : { BodyS3Location: s3Location(uri, 'definition') ?? uri }),
    ...(scalarText(properties['FailOnWarnings']) !== 'false' && pick(properties, ['FailOnWarnings'])),
  };
  const Properties = assembly.source.derive(api, properties);
  addResource(
    assembly,
    logicalId,
    { Type: 'AWS::ApiGatewayV2::Api', ...ownAttributes(declared), Properties },
    serverless,
  );
  const isTagged = body === undefined ? properties['Tags'] !== undefined : isOpenApi(body);
  const stageProperties = {
    ApiId: { Ref: logicalId },
    StageName: stage,
    AutoDeploy: true,
    ...pick(properties, ON_STAGE),
    ...routeSettings(draft, { assembly, apis }),
    ...(isTagged && { Tags: tags }),
  };
  addResource(
    assembly,
    stageId,
    { Type: 'AWS::ApiGatewayV2::Stage', Properties: assembly.source.derive(stageProperties, properties) },
    serverless,
  );
  assembly.references.set(`${logicalId}.Stage`, stageId);
  addHttpAuthorizerPermissions(assembly, serverless, httpAuthOf(serverless));
  const domain = resolveParameters(properties['Domain'] ?? {}, assembly);
  if (properties['Domain'] !== undefined && isMap(domain)) {
    addHttpDomain(assembly, serverless, { domain, stageId, tags });
  }
}

function refuseImpossible(assembly: Assembly, { serverless, routes }: ApiDraft): void {
  const { properties } = serverless;
  const refuse = (message: string, member: string) => report(assembly, serverless, { message, at: properties, member });
  const { DefinitionBody: given, DefinitionUri: uri } = properties;
  const { Properties: declared } = serverless.declared;
  const asksAuth = routes.some(({ event }) => isMap(event.properties['Auth']));
  if (asksAuth && isMap(declared) && declared['Auth'] === null) refuse("Property 'Auth' should be a map.", 'Auth');
  const fault = locationFault(uri, 'DefinitionUri');
  if (fault !== undefined) refuse(fault, 'DefinitionUri');
  if (uri !== undefined) {
    if (given !== undefined) {
      refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.", 'DefinitionUri');
    }
    if (properties['DisableExecuteApiEndpoint'] !== undefined) {
      refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.", 'DisableExecuteApiEndpoint');
    }
    if (properties['CorsConfiguration'] !== undefined) {
      refuse("Cors works only with inline OpenApi specified in 'DefinitionBody' property.", 'CorsConfiguration');
    }
    const inline = "works only with inline OpenApi specified in the 'DefinitionBody' property.";
    for (const name of ['Auth', 'Tags', 'Name', 'Description']) {
      if (properties[name] !== undefined) refuse(`${name} ${inline}`, name);
    }
  }
  const isRead = isMap(given) && isOpenApi(given);
  if (given === undefined || isRead) return;
  const unreadable = "because 'DefinitionBody' does not contain a valid OpenApi definition.";
  const adding = { CorsConfiguration: 'Cors configuration', Auth: 'Auth configuration', Tags: '`Tags`' };
  for (const [name, shown] of Object.entries(adding)) {
    if (properties[name] !== undefined) refuse(`Unable to add ${shown} ${unreadable}`, name);
  }
  const document =
    "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.";
  if (routes.length > 0) refuse(`Structure of the SAM template is invalid. ${document}`, 'DefinitionBody');
  else if (properties['DisableExecuteApiEndpoint'] !== undefined) {
    reportTemplate(assembly, { message: document, at: properties, member: 'DefinitionBody' });
  }
}
