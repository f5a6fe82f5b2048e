// What an integration of a REST API with a server over HTTP comes to when it is deployed.
import type { Integration, Method } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { DeployedIntegration, HttpResponse } from '../../gateway/deployed-stage.ts';
import { NotServed } from '../../gateway/unserved/not-served.ts';
import { checkTemplate, INTEGRATION_TIMEOUT_MS, passesOn } from './integration-template.ts';

/** Where values of headers come from. Source: API Gateway API reference, PutIntegrationResponse, responseParameters. */
const SOURCE = /^('.*'|integration\.response\.(header|multivalueheader|body)(\..+)?|context\..+|stageVariables\..+)$/s;

/** @throws NotServed */
export function createHttpIntegration(where: string, method: Method, integration: Integration): DeployedIntegration {
  const { type, uri = '', httpMethod = 'ANY', connectionType = 'INTERNET', requestParameters = {} } = integration;
  if (connectionType !== 'INTERNET') {
    throw new NotServed(
      `Earwitness has no private networks: the integration of ${where} is of type ${connectionType}.`,
    );
  }
  const isProxy = type === 'HTTP_PROXY';
  const templates = integration.requestTemplates ?? {};
  for (const template of isProxy ? [] : Object.values(templates)) checkTemplate(where, template);
  const parameters = Object.entries(requestParameters).map(
    ([target, source]) => [target.replace(/^integration\.request\./, ''), source] as const,
  );
  return {
    ...{ kind: 'http', uri, method: httpMethod, isProxy },
    parameters: Object.fromEntries(parameters),
    templates: isProxy ? {} : templates,
    passesOn: passesOn(integration),
    responses: isProxy ? [] : responsesOf(where, method, integration),
    timeoutMs: integration.timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
  };
}

function responsesOf(where: string, { methodResponses = {} }: Method, integration: Integration): HttpResponse[] {
  return Object.values(integration.integrationResponses ?? {}).map((response) => {
    const { selectionPattern = '', statusCode = Object.keys(methodResponses)[0], responseParameters = {} } = response;
    const [type = 'application/json', template] = Object.entries(response.responseTemplates ?? {})[0] ?? [];
    if (template !== undefined) checkTemplate(where, template);
    const headers = Object.entries(responseParameters).map(([target, source]) => {
      const name = /^method\.response\.(?:multivalue)?header\.(.+)$/.exec(target)?.[1];
      if (name !== undefined && SOURCE.test(source)) return [name, source] as const;
      throw new NotServed(`Earwitness does not map ${source} to ${target}, as ${where} asks for.`);
    });
    const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
    return {
      ...(selectionPattern !== '' && { pattern: selectionPattern }),
      status: Number(statusCode ?? 200),
      headers: Object.fromEntries([...(hasType ? [] : [['content-type', `'${type}'`] as const]), ...headers]),
      ...(template !== undefined && { template }),
    };
  });
}
