// Tasks that are HTTP requests: `apigateway:invoke` calls a deployed API of this cloud (or any host), `http:invoke` any
// address, authorized by an EventBridge connection.
// Sources: Step Functions developer guide, "Call API Gateway" and "Call HTTPS APIs"; recorded on AWS (LocalStack,
// tests/aws/services/stepfunctions/v2/services/test_apigetway_task_service).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { buildHttpRequest, type ConnectionHttpParameters } from '@earwitness/protocol/internal/events/http-parameters';
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import {
  type ConnectionReader,
  type ConnectionSettings,
  createConnectionReader,
} from '../../../destinations/connection.ts';
import { ConnectionFault } from '../../../destinations/connection-fault.ts';
import { createHttpClient, type HttpClient, type HttpResult } from '../../../destinations/http-client.ts';
import type { Platform } from '../../../platform.ts';
import { encodeForm } from './form.ts';
import { textOf } from './shapes.ts';
import { type Failed, failed, notStarted, type Outcome, parametersOf, type Task } from './task.ts';

/** Source: Step Functions developer guide, "Call HTTPS APIs", quotas. */
const TIMEOUT_MS = 60_000;
/** Bytes of an answer. Source: the same; a task's result has no more. */
const ANSWER_BYTES = 262_144;
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS'];

export interface HttpTasks {
  invokeApi(task: Task): Promise<Outcome>;
  invokeUrl(task: Task): Promise<Outcome>;
  close(): void;
}

export function createHttpTasks(platform: Platform): HttpTasks {
  const http = createHttpClient(platform);
  const connections = createConnectionReader(platform, http);
  return {
    invokeApi: (task) => invokeApi(platform, http, task),
    invokeUrl: (task) => invokeUrl(platform, { http, connections }, task),
    close: () => http.close(),
  };
}

async function invokeApi({ address }: Platform, http: HttpClient, task: Task): Promise<Outcome> {
  const parameters = parametersOf(task);
  const { ApiEndpoint: endpoint, Method: method, Stage: stage = '', Path: path = '' } = parameters;
  const problem = methodProblem(method) ?? listsProblem(parameters, ['Headers', 'QueryParameters']);
  if (typeof endpoint !== 'string') return notStarted(task, "The field 'ApiEndpoint' is required but was missing");
  if (problem !== undefined) return notStarted(task, problem);
  const [, apiId] = /^([a-z0-9]+)\.execute-api\./i.exec(endpoint) ?? [];
  const base = apiId === undefined ? `https://${endpoint}` : `${address.http}/_aws/execute-api/${apiId}`;
  const place = [stage, String(path).replace(/^\//, '')].filter((part) => part !== '').join('/');
  const url = `${base}/${place}${queryOf(parameters['QueryParameters'])}`;
  if (!URL.canParse(url)) return failed('ApiGateway.400', `${endpoint} is not the address of an API.`);
  const body = parameters['RequestBody'];
  const headers = [
    'Content-Type',
    'application/json',
    'User-Agent',
    'Amazon|StepFunctions',
    ...linesOf(parameters['Headers']),
  ];
  const result = await http.send({
    ...{ method: String(method), url: new URL(url), headers: lastOfEach(headers), timeoutMs: TIMEOUT_MS },
    ...(body !== undefined &&
      body !== null &&
      !WITHOUT_BODY.includes(String(method)) && { body: JSON.stringify(body) }),
    readBytes: ANSWER_BYTES,
  });
  if (result.kind !== 'answered')
    return failed('ApiGateway.SdkClientException', `Unable to execute HTTP request: ${reasonOf(result)}`);
  return result.status < 400 ? succeeded(result) : failed(`ApiGateway.${result.status}`, result.body);
}

async function invokeUrl(
  platform: Platform,
  { http, connections }: { readonly http: HttpClient; readonly connections: ConnectionReader },
  task: Task,
): Promise<Outcome> {
  const parameters = parametersOf(task);
  const { ApiEndpoint: endpoint, Method: method } = parameters;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) {
    return notStarted(task, "The value of the field 'ApiEndpoint' is not a URL");
  }
  const problem = methodProblem(method);
  if (problem !== undefined) return notStarted(task, problem);
  const arn = connectionArnOf(parameters);
  if (arn === undefined) return notStarted(task, "The field 'ConnectionArn' is required but was missing");
  let connection: ConnectionSettings;
  let added: ConnectionHttpParameters;
  try {
    connection = await findConnection(platform, arn);
    const refused = await findRefusal(platform, task, { endpoint, method: String(method), connection });
    if (refused) return refused;
    added = await connections.read(connection);
  } catch (error) {
    if (error instanceof ServiceError || error instanceof ConnectionFault) {
      return failed('States.Runtime', `The connection ${arn} gave no authorization: ${error.message}`);
    }
    throw error;
  }
  const isForm = isFormEncoded(parameters);
  const given = parameters['RequestBody'];
  const request = buildHttpRequest({
    ...{ endpoint: `${endpoint}${queryOf(parameters['QueryParameters'], endpoint)}`, target: undefined, event: '{}' },
    ...{ connection: added, input: given === undefined || given === null ? '' : textOf(given) },
  });
  const { region } = task.owner;
  const own = ['User-Agent', `Amazon|StepFunctions|HttpInvoke|${region}`, 'Range', `bytes=0-${ANSWER_BYTES}`];
  const type = isForm ? ['Content-Type', 'application/x-www-form-urlencoded;charset=UTF-8'] : [];
  const headers = lastOfEach([
    ...request.headers,
    ...linesOf(parameters['Headers']),
    ...type,
    ...own,
    ...authorityOf(added),
  ]);
  const result = await http.send({
    ...{ method: String(method), url: new URL(request.url), headers, timeoutMs: TIMEOUT_MS, readBytes: ANSWER_BYTES },
    ...(request.body !== '' &&
      !WITHOUT_BODY.includes(String(method)) && { body: isForm ? encodeForm(request.body, parameters) : request.body }),
  });
  if (result.kind !== 'answered') return failed('States.Http.Socket', reasonOf(result));
  if (result.status === 401 || result.status === 407) await connections.forgetToken(connection);
  if (result.status >= 200 && result.status < 300) return succeeded(result);
  return failed(`States.Http.StatusCode.${result.status}`, result.statusText);
}

function connectionArnOf({ Authentication, InvocationConfig }: JsonObject): string | undefined {
  for (const place of [Authentication, InvocationConfig]) {
    const arn = isObject(place) ? place['ConnectionArn'] : undefined;
    if (typeof arn === 'string') return arn;
  }
  return undefined;
}

async function findConnection({ dispatch }: Platform, arn: string): Promise<ConnectionSettings> {
  const { account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const name = resource.split('/')[1] ?? '';
  const origin = { account, region, principal: { kind: 'service', service: 'states.amazonaws.com' } } as const;
  const found = await dispatch.call('events', 'DescribeConnection', { Name: name }, origin);
  return {
    ...{ account, region, name, arn: found.ConnectionArn ?? arn },
    authorizationType: found.AuthorizationType ?? 'API_KEY',
    state: found.ConnectionState ?? '',
    secretArn: found.SecretArn ?? '',
    revision: found.LastModifiedTime ?? 0,
  };
}

/** What the role needs. Source: Step Functions developer guide, "Permissions to run HTTP Task". */
async function findRefusal(
  { access, ids }: Platform,
  { owner, origin }: Task,
  { endpoint, method, connection }: { endpoint: string; method: string; connection: ConnectionSettings },
): Promise<Failed | undefined> {
  const call = { ...origin, requestId: ids.uuid() };
  const context = { 'states:HTTPEndpoint': endpoint, 'states:HTTPMethod': method };
  const asked = [
    { action: 'states:InvokeHTTPEndpoint', resource: owner.stateMachineArn, context },
    { action: 'events:RetrieveConnectionCredentials', resource: connection.arn },
    { action: 'secretsmanager:GetSecretValue', resource: connection.secretArn },
    { action: 'secretsmanager:DescribeSecret', resource: connection.secretArn },
  ];
  for (const question of asked) {
    const refused = await access.findRefusal(call, { ...question, owner: call.account });
    if (refused !== undefined) return failed('States.Permissions', refused);
  }
  return undefined;
}

function succeeded({ headers, body, status, statusText }: Extract<HttpResult, { kind: 'answered' }>): Outcome {
  return {
    kind: 'answered',
    output: { Headers: headers, ResponseBody: parseBody(body), StatusCode: status, StatusText: statusText },
  };
}

function parseBody(text: string): Json {
  return parseJson(text) ?? text;
}

function methodProblem(method: Json | undefined): string | undefined {
  if (method === undefined) return "The field 'Method' is required but was missing";
  const isOne = typeof method === 'string' && METHODS.includes(method);
  return isOne ? undefined : `The value of the field 'Method' should be one of [${METHODS.join(', ')}]`;
}

/** API Gateway's headers and query parameters are lists, each of them. */
function listsProblem(parameters: JsonObject, fields: readonly string[]): string | undefined {
  const isTable = (value: Json | undefined) =>
    value === undefined || value === null || (isObject(value) && Object.values(value).every(isArray));
  const wrong = fields.find((field) => !isTable(parameters[field]));
  return wrong === undefined ? undefined : `The value of the field '${wrong}' has an invalid format`;
}

/** Each value of a table, or of its lists, by turns with its name. */
function linesOf(table: Json | undefined): string[] {
  if (!isObject(table)) return [];
  return Object.entries(table).flatMap(([name, value]) =>
    (isArray(value) ? value : [value]).flatMap((one) => [name, textOf(one).replace(/[\r\n]+/g, ' ')]),
  );
}

function queryOf(table: Json | undefined, endpoint = ''): string {
  const lines = linesOf(table).map(percentEncode);
  if (lines.length === 0) return '';
  const pairs = lines.flatMap((text, index) => (index % 2 === 0 ? [`${text}=${lines[index + 1]}`] : []));
  return `${endpoint.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** Of headers that were said before, those said last stay; what is said together stays together. */
function lastOfEach(lines: readonly string[]): string[] {
  const pairs = lines.flatMap((name, index) => (index % 2 === 0 ? [[name, lines[index + 1] ?? ''] as const] : []));
  const kept: (readonly [string, string])[] = [];
  for (const [index, [name, value]] of pairs.entries()) {
    const isRunOn = pairs[index - 1]?.[0].toLowerCase() === name.toLowerCase();
    if (!isRunOn) {
      for (let at = kept.length - 1; at >= 0; at--)
        if (kept[at]?.[0].toLowerCase() === name.toLowerCase()) kept.splice(at, 1);
    }
    kept.push([name, value]);
  }
  return kept.flat();
}

/** A connection's headers win over a task's. */
function authorityOf({ headers }: ConnectionHttpParameters): string[] {
  return headers.flatMap(({ key, value }) => [key, value]);
}

function isFormEncoded({ Transform: transform }: JsonObject): boolean {
  return isObject(transform) && transform['RequestBodyEncoding'] === 'URL_ENCODED';
}

function reasonOf(result: Exclude<HttpResult, { kind: 'answered' }>): string {
  return result.kind === 'timed out' ? `no answer within ${TIMEOUT_MS / 1000} s` : (result.cause ?? result.reason);
}
