// Integrations of REST APIs with Step Functions (`…:states:action/StartExecution`): a template makes the operation's
// input of the request, and another one the response of its answer. Source: API Gateway developer guide, "Creating a
// Step Functions API using API Gateway"; "Integration passthrough behaviors".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import { parseInput } from '../../resources/parse-input.ts';
import { isRecord } from '../../resources/properties.ts';
import { executeApiArn, findCaller } from '../caller.ts';
import type { DeployedIntegration, MappedResponse } from '../deployed-stage.ts';
import type { Outcome } from '../exchange.ts';
import { createRefusal } from '../refusal.ts';
import { headerOf, parseQuery } from '../request.ts';
import { parseBodyTemplate, type TemplateView } from './body-template.ts';
import { type MatchedRequest, memberOf, parameterValue } from './parameter-value.ts';
import { writeOutput } from './service-output.ts';

type ExecutionIntegration = Extract<DeployedIntegration, { kind: 'execution' }>;

export async function callExecution(
  platform: Platform,
  matched: MatchedRequest,
  integration: ExecutionIntegration,
): Promise<Outcome> {
  const body = bodyOf(matched, integration);
  if (body === undefined) {
    const answer = { status: 415, headers: [['content-type', 'application/json']] as const };
    return { answer: { ...answer, body: Buffer.from('{"message":"Unsupported Media Type"}') } };
  }
  try {
    const output = await call(platform, matched, { integration, body });
    return respond(matched, integration.answer, output);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const told = { __type: error.code, message: error.message };
    const outcome = respond(matched, integration.refusal, told);
    return { ...outcome, reason: `${error.code}: ${error.message}` };
  }
}

/** `undefined` where nothing takes a body of its type. */
function bodyOf({ ...matched }: MatchedRequest, { templates, passesOn }: ExecutionIntegration): string | undefined {
  const { request } = matched;
  const type = (headerOf(request, 'content-type') ?? 'application/json').split(';')[0]?.trim() ?? '';
  const template = Object.hasOwn(templates, type) ? templates[type] : undefined;
  if (template === undefined) return passesOn ? request.body.toString() : undefined;
  const body = request.body.length === 0 ? Buffer.from('{}') : request.body;
  return parseBodyTemplate(template)?.(viewOf(matched, body));
}

/** What a template sees of a request, and of the body that is mapped. */
function viewOf(matched: MatchedRequest, body: Buffer): TemplateView {
  const { match, request, stage } = matched;
  return {
    member: (path) => memberOf(body, path),
    body: body.toString(),
    parameter: (name) =>
      ownEntry(match.parameters, name) ?? parseQuery(request.query).get(name)?.at(-1) ?? headerOf(request, name) ?? '',
    variable(name) {
      // Public templates have these in documents that nothing fills in.
      if (name === 'AWS::Region') return stage.region;
      return name === 'AWS::AccountId' ? stage.account : (parameterValue(`$${name}`, matched) ?? '');
    },
  };
}

async function call(
  platform: Platform,
  { stage, match, request }: MatchedRequest,
  { integration, body }: { readonly integration: ExecutionIntegration; readonly body: string },
): Promise<unknown> {
  const { account, region } = stage;
  const { operation, role } = integration;
  const sourceArn = executeApiArn(stage, `${stage.stage}/${request.method}${match.route.path}`);
  const principal = await findCaller(platform, { account, region, sourceArn, role });
  const input = await parseInput('stepfunctions', operation, readBody(body));
  const origin = { account, region, principal, traceId: request.traceId };
  return writeOutput(
    'stepfunctions',
    operation,
    await platform.dispatch.call('stepfunctions', operation, input, origin),
  );
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
    const reason = 'no integration response of the method fits what Step Functions answered';
    return { answer: createRefusal('rest', 'misconfigured'), reason };
  }
  const text = JSON.stringify(told);
  const fill = mapped.template === undefined ? undefined : parseBodyTemplate(mapped.template);
  const body = fill ? fill(viewOf(matched, Buffer.from(text))) : text;
  return { answer: { status: mapped.status, headers: Object.entries(mapped.headers), body: Buffer.from(body) } };
}
