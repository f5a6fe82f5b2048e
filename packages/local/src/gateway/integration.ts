// Runs a route's integration: asks the function and reads its answer, or gives the fixed answer of a mock. Every way in
// which that can go wrong is a refusal with a reason for the journal.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { isInspected } from '../inspector.ts';
import { ownEntry } from '../own-entry.ts';
import type { Platform } from '../platform.ts';
import {
  type GatewayAnswer,
  MalformedResponse,
  parseHttpResponse1,
  parseResponse2,
  parseRestResponse,
} from './answer.ts';
import { findCaller } from './caller.ts';
import type { DeployedIntegration, DeployedStage } from './deployed-stage.ts';
import { createEvent1 } from './event-1.0.ts';
import { createEvent2, isBinaryType } from './event-2.0.ts';
import type { Outcome } from './exchange.ts';
import { createRefusal, type RefusalName } from './refusal.ts';
import { type GatewayRequest, headerOf, matchesMediaType } from './request.ts';
import type { RouteMatch } from './route-table.ts';
import { callExecution } from './services/execution-integration.ts';
import { callService } from './services/service-integration.ts';

type FunctionIntegration = Extract<DeployedIntegration, { kind: 'function' }>;

export async function runIntegration(
  platform: Platform,
  stage: DeployedStage,
  match: RouteMatch,
  request: GatewayRequest,
): Promise<Outcome> {
  const { integration } = match.route;
  tellAuthorizer(platform, stage, match, request);
  if (integration.kind === 'stand-in') return standIn(platform, match, request, integration);
  if (integration.kind === 'mock') {
    const { status, headers, body } = integration;
    return { answer: { status, headers: Object.entries(headers), body: Buffer.from(body) } };
  }
  const refuse = (name: RefusalName, reason: string): Outcome => ({ answer: createRefusal(stage.kind, name), reason });
  if (integration.kind === 'failing') return refuse('misconfigured', integration.reason);
  const invoked = true;
  try {
    if (integration.kind === 'execution') return await callExecution(platform, { stage, match, request }, integration);
    if (integration.kind === 'service') return await callService(platform, { stage, match, request }, integration);
    const response = await within(
      platform,
      integration.timeoutMs,
      invoke(platform, stage, match, request, integration),
    );
    if (response === 'too late') {
      const reason = `the function did not answer within ${integration.timeoutMs / 1000} s`;
      return { ...refuse('too late', reason), invoked };
    }
    const payload = Buffer.from(response.Payload ?? []).toString('utf8');
    if (response.FunctionError !== undefined)
      return { ...refuse('failed', `the function failed: ${describeFailure(payload)}`), invoked };
    return { answer: parseResponse(stage, request, integration, parsePayload(payload)), invoked };
  } catch (error) {
    if (error instanceof MalformedResponse) {
      return { ...refuse(error.refusal, `malformed proxy response: ${error.message}`), invoked };
    }
    if (error instanceof ServiceError) return refuse('misconfigured', error.message);
    // The dispatcher wrote the fault into the journal.
    return refuse('failed', error instanceof Error ? error.message : String(error));
  }
}

/** An authorizer that is not asked is recorded with every request that it would have been asked about. */
function tellAuthorizer(
  { standIns }: Platform,
  { kind }: DeployedStage,
  { route }: RouteMatch,
  { traceId }: GatewayRequest,
): void {
  if (route.authorizer === undefined) return;
  const type = kind === 'rest' ? 'AWS::ApiGateway::Authorizer' : 'AWS::ApiGatewayV2::Authorizer';
  standIns.receive({ via: 'authorizer', of: { name: `${route.authorizer} of ${nameOf(route)}`, type }, traceId });
}

/** Not Implemented, and why. What is recorded has no headers: they may hold credentials. */
function standIn(
  { standIns }: Platform,
  { route }: RouteMatch,
  { method, path, query, body, traceId }: GatewayRequest,
  { type, reason }: Extract<DeployedIntegration, { kind: 'stand-in' }>,
): Outcome {
  const input = JSON.stringify({ method, path, query, body: body.toString() });
  standIns.receive({ via: 'integration', of: { name: nameOf(route), type }, input, traceId });
  const headers = [['content-type', 'application/json']] as const;
  const message = `${reason} It stands in: the request is recorded, and goes nowhere.`;
  return { answer: { status: 501, headers, body: Buffer.from(JSON.stringify({ message })) }, reason };
}

function nameOf({ method, path }: RouteMatch['route']): string {
  return path === '$default' ? path : `${method} ${path}`;
}

async function invoke(
  platform: Platform,
  stage: DeployedStage,
  match: RouteMatch,
  request: GatewayRequest,
  integration: FunctionIntegration,
) {
  const { account, region, apiId, variables } = stage;
  const { method, path } = match.route;
  const isBase64Encoded =
    stage.kind === 'http'
      ? isBinaryType(headerOf(request, 'content-type'))
      : matchesMediaType(stage.binaryMediaTypes, headerOf(request, 'content-type'));
  const event =
    integration.payload === '1.0'
      ? createEvent1(request, match, stage, isBase64Encoded)
      : createEvent2(
          request,
          {
            account,
            apiId,
            domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
            stage: stage.stage,
            routeKey: path === '$default' ? path : `${method} ${path}`,
            pathParameters: match.parameters,
            variables,
          },
          isBase64Encoded,
        );
  // `arn:…:API/STAGE/METHOD/path`, which the function's permission names with wildcards.
  const place = path === '$default' ? '$default' : `${request.method}${path}`;
  const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage.stage}/${place}`;
  const arn = integration.arn.replace(
    /\$\{stageVariables\.(\w+)\}/g,
    (_, name: string) => ownEntry(variables, name) ?? '',
  );
  const principal = await findCaller(platform, { account, region, sourceArn, role: integration.role });
  const input = { FunctionName: arn, Payload: Buffer.from(JSON.stringify(event)) };
  return await platform.dispatch.call('lambda', 'Invoke', input, {
    account,
    // A function may be in another region than its API.
    region: parseArn(arn)?.region ?? region,
    principal,
    traceId: request.traceId,
  });
}

function parseResponse(
  stage: DeployedStage,
  request: GatewayRequest,
  integration: FunctionIntegration,
  response: unknown,
): GatewayAnswer {
  if (integration.payload === '2.0') return parseResponse2(response);
  if (stage.kind === 'http') return parseHttpResponse1(response);
  // A REST API sends bytes only to a client that accepts a binary media type; it looks at the first type that the
  // client names.
  const accepted = headerOf(request, 'accept')?.split(',')[0];
  return parseRestResponse(response, matchesMediaType(stage.binaryMediaTypes, accepted));
}

// The function may still be running when the gateway has lost patience.
function within<T>({ clock }: Platform, limitMs: number, work: Promise<T>): Promise<T | 'too late'> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(clock.now() + limitMs, () => {
      if (!isInspected()) resolve('too late');
    });
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

function describeFailure(payload: string): string {
  const error = parsePayload(payload) as { errorType?: unknown; errorMessage?: unknown } | null;
  return `${error?.errorType ?? 'Error'}: ${error?.errorMessage ?? ''}`;
}
