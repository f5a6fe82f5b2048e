// Runs a route's integration: asks the function and reads its answer, or gives the fixed answer of a mock. Every way in
// which that can go wrong is a refusal with a reason for the journal.

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Platform } from '../platform.ts';
import {
  type GatewayAnswer,
  MalformedResponse,
  parseHttpResponse1,
  parseResponse2,
  parseRestResponse,
} from './answer.ts';
import { callFunction, executeApiArn, within } from './caller.ts';
import type { DeployedIntegration, DeployedStage } from './deployed-stage.ts';
import { createEvent1 } from './event-1.0.ts';
import { createEvent2, isBinaryType, placeOf } from './event-2.0.ts';
import type { Outcome } from './exchange.ts';
import type { HttpRunner } from './http/http-integration.ts';
import { mapAnswer, mapRequest } from './http/parameter-mapping.ts';
import { createRefusal, type RefusalName } from './refusal.ts';
import { type GatewayRequest, headerOf, matchesMediaType } from './request.ts';
import type { RouteMatch } from './route-table.ts';
import { callAction } from './services/action-integration.ts';
import type { MatchedRequest } from './services/parameter-value.ts';
import { callService } from './services/service-integration.ts';
import { TemplateOverrun } from './services/template-overrun.ts';

type FunctionIntegration = Extract<DeployedIntegration, { kind: 'function' }>;

interface Parts {
  readonly platform: Platform;
  readonly callServer: HttpRunner;
}

export async function runIntegration(parts: Parts, matched: MatchedRequest): Promise<Outcome> {
  const { mapping } = matched.match.route;
  if (!mapping) return await run(parts, matched);
  const { request, path } = mapRequest(mapping, matched);
  const outcome = await run(parts, { ...matched, request }, path);
  // What the gateway says itself is none of the integration's.
  if (outcome.reason !== undefined) return outcome;
  return { ...outcome, answer: mapAnswer(mapping, outcome.answer, matched) };
}

/** @param path of the server's address, where a mapping has one */
async function run({ platform, callServer }: Parts, matched: MatchedRequest, path?: string): Promise<Outcome> {
  const { stage, match, request } = matched;
  const { integration } = match.route;
  if (integration.kind === 'stand-in') return standIn(platform, match, request, integration);
  if (integration.kind === 'mock') {
    const { status, headers, body } = integration;
    return { answer: { status, headers: Object.entries(headers), body: Buffer.from(body) } };
  }
  const refuse = (name: RefusalName, reason: string): Outcome => ({ answer: createRefusal(stage.kind, name), reason });
  if (integration.kind === 'failing') return refuse('misconfigured', integration.reason);
  const invoked = true;
  try {
    if (integration.kind === 'action') {
      const called = callAction(platform, { stage, match, request }, integration);
      const outcome = await within(platform, integration.timeoutMs, called);
      if (outcome !== 'too late') return outcome;
      return refuse('too late', `the service did not answer within ${integration.timeoutMs / 1000} s`);
    }
    if (integration.kind === 'http') return await callServer(matched, integration, path);
    if (integration.kind === 'service') return await callService(platform, { stage, match, request }, integration);
    const response = await callIntegrated(platform, { stage, match, request }, integration);
    if (response.kind === 'too late') {
      const reason = `the function did not answer within ${integration.timeoutMs / 1000} s`;
      return { ...refuse('too late', reason), invoked };
    }
    if (response.kind === 'failed') {
      const { name, message } = response.error;
      return { ...refuse('failed', `the function failed: ${name}: ${message}`), invoked };
    }
    return { answer: parseResponse(stage, request, integration, response.value), invoked };
  } catch (error) {
    if (error instanceof MalformedResponse) {
      return { ...refuse(error.refusal, `malformed proxy response: ${error.message}`), invoked };
    }
    if (error instanceof ServiceError || error instanceof TemplateOverrun)
      return refuse('misconfigured', error.message);
    // The dispatcher wrote the fault into the journal.
    return refuse('failed', error instanceof Error ? error.message : String(error));
  }
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

async function callIntegrated(
  platform: Platform,
  { stage, match, request }: MatchedRequest,
  { arn, payload, timeoutMs: limitMs, role }: FunctionIntegration,
) {
  const { path } = match.route;
  const isBase64Encoded =
    stage.kind === 'http'
      ? isBinaryType(headerOf(request, 'content-type'))
      : matchesMediaType(stage.binaryMediaTypes, headerOf(request, 'content-type'));
  const event =
    payload === '1.0'
      ? createEvent1(request, match, stage, isBase64Encoded)
      : createEvent2(request, placeOf(stage, match), isBase64Encoded);
  const sourceArn = executeApiArn(stage, `${stage.stage}/${path === '$default' ? path : `${request.method}${path}`}`);
  return await callFunction(platform, stage, {
    ...{ arn, sourceArn, role, event, limitMs },
    signer: request.signer?.principal,
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
