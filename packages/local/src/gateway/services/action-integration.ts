// Integrations of REST APIs of type AWS (`…:states:action/StartExecution`, `…:sqs:path/000000000000/orders`): a
// template makes the operation's input of the request, and another one the response of its answer. Source: API Gateway
// developer guide, "Creating a Step Functions API using API Gateway"; "Integration passthrough behaviors".
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { jsonReader, jsonWriter } from '@earwitness/protocol/internal/aws/json/shape';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { queryCodec } from '@earwitness/protocol/internal/aws/query/query';
import { sqsQueryCodec } from '@earwitness/protocol/internal/aws/query/sqs';
import { percentEncode } from '@earwitness/protocol/internal/text/percent-encode';
import type { Platform } from '../../platform.ts';
import { isRecord } from '../../resources/properties.ts';
import { executeApiArn, fillVariables, findCaller } from '../caller.ts';
import type { DeployedIntegration, MappedResponse } from '../deployed-stage.ts';
import type { Outcome } from '../exchange.ts';
import { createRefusal, createRestRefusal } from '../refusal.ts';
import type { Action } from './action.ts';
import { parseBodyTemplate } from './body-template.ts';
import { bodyOf, viewOf } from './mapped-body.ts';
import { type MatchedRequest, mappedValue } from './parameter-value.ts';

type ActionIntegration = Extract<DeployedIntegration, { kind: 'action' }>;

interface Calling<Called extends Action> {
  readonly integration: ActionIntegration;
  readonly action: Called;
  /** What is sent. */
  readonly body: string;
}

export async function callAction(
  platform: Platform,
  matched: MatchedRequest,
  integration: ActionIntegration,
): Promise<Outcome> {
  const body = bodyOf(matched, integration);
  if (body === undefined) {
    return { answer: createRestRefusal('unknown media type') };
  }
  try {
    const { action } = integration;
    if (action.form === 'function') return await callFunction(platform, matched, { integration, action, body });
    const output = await call(platform, matched, { integration, action, body });
    return respond(matched, integration.answer, output);
  } catch (error) {
    // A function that cannot be invoked is no error of the function.
    if (!(error instanceof ServiceError) || integration.action.form === 'function') throw error;
    const told = { __type: error.code, message: error.message };
    const outcome = respond(matched, integration.refusal, told);
    return { ...outcome, reason: `${error.code}: ${error.message}` };
  }
}

async function call(
  platform: Platform,
  matched: MatchedRequest,
  { integration, action, body }: Calling<Exclude<Action, { readonly form: 'function' }>>,
): Promise<unknown> {
  const { dispatch, ids } = platform;
  const service = dispatch.service(action.service);
  if (!service) throw new Error(`The service '${action.service}' is not part of this local cloud.`);
  const model = await dispatch.model(service);
  const query = queryOf(matched, integration.query);
  const { operation, input } =
    action.form === 'json' ? readJson(model, action, body) : readForm(model, action, { query, body });
  const requestId = ids.uuid();
  const origin = await originOf(platform, matched, integration);
  const output = await dispatch.run(service, operation, input, { ...origin, requestId });
  const shape = model.operations[operation]?.output ?? '';
  const written = jsonWriter(model, shape)(output);
  return action.form === 'json' ? written : wrapped(model, { operation, shape, written, requestId });
}

/** On whose behalf the call is made. */
async function originOf(platform: Platform, { stage, match, request }: MatchedRequest, { role }: ActionIntegration) {
  const { account, region } = stage;
  const sourceArn = executeApiArn(stage, `${stage.stage}/${request.method}${match.route.path}`);
  const principal = await findCaller(platform, {
    ...{ account, region, sourceArn, role },
    signer: request.signer?.principal,
  });
  return { account, region, principal, traceId: request.traceId };
}

// Source: API Gateway developer guide, "Set up Lambda custom integrations" and "Handle custom Lambda errors".
async function callFunction(
  platform: Platform,
  matched: MatchedRequest,
  { integration, action, body }: Calling<Action & { readonly form: 'function' }>,
): Promise<Outcome> {
  const { answer, failures } = integration;
  const origin = await originOf(platform, matched, integration);
  const FunctionName = fillVariables(action.arn, matched.stage);
  const { FunctionError: failure, Payload = [] } = await platform.dispatch.call(
    'lambda',
    'Invoke',
    {
      FunctionName,
      InvocationType: action.isAsync ? 'Event' : 'RequestResponse',
      Payload: Buffer.from(body === '' ? '{}' : body),
    },
    { ...origin, region: parseArn(FunctionName)?.region ?? origin.region },
  );
  const text = Buffer.from(Payload).toString();
  const told: unknown = text === '' ? undefined : JSON.parse(text);
  if (failure === undefined) return { ...respond(matched, answer, told), invoked: true };
  const message = isRecord(told) ? String(told['errorMessage'] ?? '') : '';
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  const isTaken = createWholeMatch();
  const fitting = failures.find(({ pattern }) => isTaken(pattern, message));
  const reason = `the function failed: ${message}`;
  return { ...respond(matched, fitting?.response ?? answer, told), reason, invoked: true };
}

/** `a=1&b=2`, of the integration's parameters; what a request does not have is left out. */
function queryOf(matched: MatchedRequest, parameters: ActionIntegration['query']): string {
  const fields = Object.entries(parameters).flatMap(([name, source]) => {
    const value = mappedValue(source, matched);
    return value === undefined ? [] : [`${percentEncode(name)}=${percentEncode(value)}`];
  });
  return fields.join('&');
}

type Read = { readonly operation: string; readonly input: unknown };

function readJson(model: ServiceModel, { operation }: Action & { readonly form: 'json' }, body: string): Read {
  return { operation, input: jsonReader(model, model.operations[operation]?.input ?? '')(readBody(body)) };
}

function readForm(
  model: ServiceModel,
  { path, query, service }: Action & { readonly form: 'query' },
  given: { readonly query: string; readonly body: string },
): Read {
  const codec = service === 'sqs' ? sqsQueryCodec : queryCodec;
  const whole = [query, given.query].filter((part) => part !== '').join('&');
  const headers = { host: `${service}.amazonaws.com` };
  const text = given.body.trim();
  return codec.decode(model, {
    method: 'POST',
    path,
    query: whole,
    headers,
    bytes: Buffer.from(text),
    text: () => text,
  });
}

/** As services of the Query protocol answer in JSON, which the gateway asks them for: what is not there is null. */
function wrapped(
  model: ServiceModel,
  { operation, shape, written, requestId }: { operation: string; shape: string; written: unknown; requestId: string },
): unknown {
  const declared = model.shapes[shape];
  const names = declared?.type === 'structure' ? Object.keys(declared.members) : [];
  const result = Object.fromEntries(names.map((name) => [name, isRecord(written) ? (written[name] ?? null) : null]));
  const ResponseMetadata = { RequestId: requestId };
  return { [`${operation}Response`]: { ...(shape !== '' && { [`${operation}Result`]: result }), ResponseMetadata } };
}

/** @throws ServiceError `SerializationException` */
function readBody(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Told below.
  }
  throw new ServiceError('SerializationException', `The request is no JSON object: ${body}`);
}

function respond(matched: MatchedRequest, mapped: MappedResponse | undefined, told: unknown): Outcome {
  if (!mapped) {
    const reason = 'no integration response of the method fits what the service answered';
    return { answer: createRefusal('rest', 'misconfigured'), reason };
  }
  const text = told === undefined ? '' : JSON.stringify(told);
  const fill = mapped.template === undefined ? undefined : parseBodyTemplate(mapped.template);
  const body = fill ? fill(viewOf(matched, Buffer.from(text))) : text;
  return { answer: { status: mapped.status, headers: Object.entries(mapped.headers), body: Buffer.from(body) } };
}
