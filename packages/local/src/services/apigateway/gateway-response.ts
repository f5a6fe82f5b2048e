// A gateway response of a REST API: what it takes, what it shows, what it comes to when the API is deployed. Defaults
// and sentences are recorded on AWS: LocalStack apigateway_api TestApiGatewayGatewayResponse.
import type { GatewayResponse, PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { DeployedResponse, DeployedResponses, ResponseType } from '../../gateway/responses/deployed-response.ts';
import { badRequest, notFound, type OwnResponse, type OwnResponses, type RestApiRow } from './rest-api.ts';

/** Every type and its status code; those of all others of 400 and 500 have none of their own. */
const STATUS_CODES: Readonly<Record<ResponseType, string | undefined>> = {
  ACCESS_DENIED: '403',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  BAD_REQUEST_BODY: '400',
  BAD_REQUEST_PARAMETERS: '400',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: '403',
  INTEGRATION_FAILURE: '504',
  INTEGRATION_TIMEOUT: '504',
  INVALID_API_KEY: '403',
  INVALID_SIGNATURE: '403',
  MISSING_AUTHENTICATION_TOKEN: '403',
  QUOTA_EXCEEDED: '429',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};

const TEMPLATES = { 'application/json': '{"message":$context.error.messageString}' };

/** Source: API Gateway API reference, PutGatewayResponse, responseParameters. */
const TARGET = /^gatewayresponse\.(header|path|querystring)\.[!#$%&'*+.^`|~\w-]+$/;
const SOURCE =
  /^('.*'|method\.request\.(header|multivalueheader|path|querystring|multivaluequerystring)\..+|context\..+|stageVariables\..+)$/s;

export function isResponseType(type: string): type is ResponseType {
  return Object.hasOwn(STATUS_CODES, type);
}

/** @throws ServiceError `BadRequestException` */
export function checkResponse({ responseParameters = {}, statusCode }: OwnResponse): void {
  const wrong = Object.entries(responseParameters).find(
    ([target, source]) => !TARGET.test(target) || !SOURCE.test(source),
  );
  if (wrong) throw badRequest(`Invalid mapping expression specified: ${wrong[0]}: ${wrong[1]}`);
  if (statusCode !== undefined && !/^[1-5]\d\d$/.test(statusCode)) {
    throw badRequest(`Invalid status code specified: ${statusCode}`);
  }
}

/** As it is shown: what somebody put, or what stands for all of its kind, or the default. */
export function describeResponse(type: ResponseType, own: OwnResponses = {}): GatewayResponse {
  const put = own[type];
  const code = STATUS_CODES[type];
  const inherited = code === undefined ? undefined : own[code < '500' ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
  const { statusCode = code, responseParameters = {}, responseTemplates = TEMPLATES } = put ?? inherited ?? {};
  return {
    responseType: type,
    ...(statusCode !== undefined && { statusCode }),
    responseParameters,
    responseTemplates,
    defaultResponse: put === undefined,
  };
}

export function describeResponses(own: OwnResponses | undefined): GatewayResponse[] {
  return Object.keys(STATUS_CODES)
    .filter(isResponseType)
    .map((type) => describeResponse(type, own));
}

/** The response with one change. @throws ServiceError `BadRequestException`, `NotFoundException` */
export function patchResponse(response: OwnResponse, { op, path, value }: PatchOperation): OwnResponse {
  if (path === '/statusCode' && op === 'replace' && value !== undefined) return { ...response, statusCode: value };
  const [, table, pointer = ''] = /^\/(responseParameters|responseTemplates)\/(.+)$/.exec(path ?? '') ?? [];
  if (table !== 'responseParameters' && table !== 'responseTemplates') {
    throw badRequest(`Invalid patch path ${path ?? null}`);
  }
  const name = pointer.replaceAll('~1', '/').replaceAll('~0', '~');
  const given: Readonly<Record<string, string>> = response[table] ?? (table === 'responseTemplates' ? TEMPLATES : {});
  const { [name]: before, ...others } = given;
  if (op === 'remove') return { ...response, [table]: others };
  if (value === undefined || value === '') throw badRequest(`Invalid null or empty value in ${table}`);
  if (op === 'replace' && before === undefined) throw notFound('Invalid parameter name specified');
  return { ...response, [table]: { ...others, [name]: value } };
}

/** As requests meet them. */
export function deployResponses({
  gatewayResponses: own = {},
}: Pick<RestApiRow, 'gatewayResponses'>): DeployedResponses {
  return Object.fromEntries(Object.entries(own).map(([type, response]) => [type, deployResponse(type, response)]));
}

function deployResponse(type: string, response: OwnResponse): DeployedResponse {
  const status = response.statusCode ?? (isResponseType(type) ? STATUS_CODES[type] : undefined);
  const parameters = Object.entries(response.responseParameters ?? {});
  const headers = parameters.map(([target, source]) => [
    /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1] ?? '',
    source,
  ]);
  return {
    ...(status !== undefined && { status: Number(status) }),
    headers: Object.fromEntries(headers.filter(([name]) => name !== '')),
    templates: response.responseTemplates ?? {},
  };
}
