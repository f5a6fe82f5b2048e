// Integrations of HTTP APIs with a service that is served: EventBridge-PutEvents, SQS-SendMessage and those of Step
// Functions. Parameters are made of the request. Source: API Gateway developer guide, "Create AWS service
// integrations for HTTP APIs".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../../platform.ts';
import { parseInput } from '../../resources/parse-input.ts';
import { isRecord } from '../../resources/properties.ts';
import { executeApiArn, findCaller } from '../caller.ts';
import type { DeployedIntegration } from '../deployed-stage.ts';
import type { Outcome } from '../exchange.ts';
import { type MatchedRequest, parameterValue } from './parameter-value.ts';
import { writeOutput } from './service-output.ts';
import type { ExecutionCall, ServiceSubtype } from './service-subtype.ts';

type ServiceIntegration = Extract<DeployedIntegration, { kind: 'service' }>;

/** @throws ServiceError of the service, of the role that is not let through, or of a value that is not there */
export async function callService(
  platform: Platform,
  matched: MatchedRequest,
  { subtype, parameters, role }: ServiceIntegration,
): Promise<Outcome> {
  const { stage, match, request } = matched;
  const { account, region } = stage;
  const sourceArn = executeApiArn(stage, `${stage.stage}/${request.method}${match.route.path}`);
  const principal = await findCaller(platform, {
    ...{ account, region, sourceArn, role },
    signer: request.signer?.principal,
  });
  const values = resolve(parameters, matched);
  const origin = { account, region: values['Region'] ?? region, principal, traceId: request.traceId };
  const body = Buffer.from(JSON.stringify(await callSubtype(platform, subtype, { values, origin })));
  return { answer: { status: 200, headers: [['content-type', 'application/json']], body } };
}

function callSubtype(platform: Platform, subtype: ServiceSubtype, asked: Asked): Promise<unknown> {
  const { values, origin } = asked;
  switch (subtype) {
    case 'EventBridge-PutEvents':
      return putEvents(platform, values, origin);
    case 'SQS-SendMessage':
      return sendMessage(platform, values, origin);
    case 'StepFunctions-StartExecution':
    case 'StepFunctions-StartSyncExecution':
    case 'StepFunctions-StopExecution':
      return callStepFunctions(platform, subtype, asked);
  }
}

interface Asked {
  readonly values: Values;
  readonly origin: Origin;
}

/** Dates are seconds, as in the API's own JSON. */
async function callStepFunctions(
  { dispatch }: Platform,
  subtype: `StepFunctions-${ExecutionCall}`,
  { values: { Region: _, ...values }, origin }: Asked,
): Promise<unknown> {
  const operation = operationOf(subtype);
  const input = await parseInput('stepfunctions', operation, values);
  return writeOutput('stepfunctions', operation, await dispatch.call('stepfunctions', operation, input, origin));
}

function operationOf(subtype: `StepFunctions-${ExecutionCall}`): ExecutionCall {
  if (subtype === 'StepFunctions-StartExecution') return 'StartExecution';
  return subtype === 'StepFunctions-StopExecution' ? 'StopExecution' : 'StartSyncExecution';
}

type Values = Readonly<Record<string, string>>;
type Origin = Parameters<Platform['dispatch']['call']>[3];

// A value that is not there fails the call, also that of an optional parameter. Seen on AWS, with this sentence:
// terraform-provider-aws issue 19443 (MessageAttributes).
function resolve(parameters: Values, matched: MatchedRequest): Values {
  const resolved = Object.entries(parameters).map(([name, expression]) => {
    const value = parameterValue(expression, matched);
    if (value === undefined) throw invalid(`Unable to resolve property ${name} from source ${expression}`);
    return [name, value] as const;
  });
  return Object.fromEntries(resolved);
}

function putEvents({ dispatch }: Platform, values: Values, origin: Origin) {
  const { Source, Detail, DetailType, EventBusName, Resources, Time, TraceHeader } = values;
  const entry = {
    ...{ Source, Detail, DetailType, EventBusName, TraceHeader },
    ...(Resources !== undefined && { Resources: listOf(Resources) }),
    ...(Time !== undefined && { Time: parseTime(Time) }),
  };
  return dispatch.call('events', 'PutEvents', { Entries: [entry] }, origin);
}

async function sendMessage({ dispatch }: Platform, values: Values, origin: Origin) {
  const attributes = ['MessageAttributes', 'MessageSystemAttributes'].flatMap((name) => {
    const text = values[name];
    return text === undefined ? [] : [[name, parseAttributes(name, text)] as const];
  });
  const input = await parseInput('sqs', 'SendMessage', { ...values, ...Object.fromEntries(attributes) });
  return await dispatch.call('sqs', 'SendMessage', input, origin);
}

function listOf(text: string): string[] {
  const list = parseJson(text);
  return Array.isArray(list) ? list.map(String) : [text];
}

/**
 * Epoch milliseconds of a date. Digits are such milliseconds, which `$context.requestTimeEpoch` has, or seconds, which
 * the API's own JSON has.
 */
function parseTime(text: string): number {
  const at = /^\d+(\.\d+)?$/.test(text) ? Number(text) * (Number(text) < 1e11 ? 1000 : 1) : Date.parse(text);
  if (Number.isNaN(at)) throw invalid(`Time has to be a date or a number of epoch milliseconds, not ${text}`);
  return at;
}

/** `{"Colour": {"DataType": "String", "StringValue": "red"}}` */
function parseAttributes(name: string, text: string): Readonly<Record<string, unknown>> {
  const attributes = parseJson(text);
  if (!isRecord(attributes)) throw invalid(`${name} has to be a JSON object of attributes, not ${text}`);
  return attributes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}
