// One request to the function of a custom resource, and what comes back: a response under its address, or none.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { isMap } from '@earwitness/protocol/internal/template/value';
import type { Call, Caller } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { Properties, ResourcePlace, Working } from '../../../resources/resource.ts';
import { type CustomAnswer, parseAnswer } from './answer.ts';
import { asTexts, type CustomRequest } from './request.ts';
import { responseUrl } from './response-door.ts';
import type { Responses } from './responses.ts';
import { parseServiceToken, type ServiceToken, whyFunctionStandsIn, whyTopicStandsIn } from './service-token.ts';

/** `stands in`: the function is not here, or does not run here. */
export type Reply = CustomAnswer | { readonly kind: 'stands in'; readonly reason: string };

/**
 * Seconds for which a response is waited for. Source: CloudFormation template reference,
 * AWS::CloudFormation::CustomResource, ServiceTimeout (1 to 3600, 3600 where it is left out).
 */
const DEFAULT_TIMEOUT_S = 3600;

interface Ground {
  readonly platform: Platform;
  readonly responses: Responses;
}

/** @throws ServiceError `ValidationError` for a wrong token or time-out; what Invoke refuses */
export async function askFunction(
  { platform, responses }: Ground,
  request: CustomRequest,
  { call, dispatch, signal }: ResourcePlace & Working,
): Promise<Reply> {
  const { ids, clock } = platform;
  const RequestId = ids.uuid();
  const token = parseServiceToken(request.ResourceProperties['ServiceToken']);
  const timeoutMs = timeoutOf(request.ResourceProperties) * 1000;
  const expected = await responses.expect(RequestId);
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  try {
    const timedOut = clock.sleep(timeoutMs, { signal: stop }).then(
      (): CustomAnswer => ({ kind: 'failure', reason: noAnswer(RequestId) }),
      () => new Promise<never>(() => {}),
    );
    const answered = expected.body.then((body) => parseAnswer(body, RequestId));
    const payload = {
      ...request,
      ServiceToken: token.arn,
      RequestId,
      ResponseURL: responseUrl(platform, RequestId),
      ResourceProperties: asTexts(request.ResourceProperties),
      ...('OldResourceProperties' in request && { OldResourceProperties: asTexts(request.OldResourceProperties) }),
    };
    const invoking = { ...call, requestId: ids.uuid() };
    const send = token.kind === 'topic' ? publishRequest : invokeFunction;
    const invoked = send(dispatch, token, JSON.stringify(payload), invoking).then((reply) => {
      const body = expected.taken();
      // What was put before the function ended counts, however it ended.
      return body === undefined ? reply : parseAnswer(body, RequestId);
    });
    const stopped = aborted(stop);
    // Whichever of them ends after the first one is heard by nobody.
    for (const late of [invoked, stopped]) late.catch(() => {});
    const first = await Promise.race([answered, timedOut, invoked, stopped]);
    return first ?? (await Promise.race([answered, timedOut, stopped]));
  } finally {
    done.abort();
    await expected.end();
  }
}

/** Its answer comes later, from whomever. */
async function publishRequest(
  dispatch: Caller,
  token: ServiceToken,
  Message: string,
  call: Call,
): Promise<Reply | undefined> {
  const Subject = 'AWS CloudFormation custom resource request';
  try {
    await dispatch.call('sns', 'Publish', { TopicArn: token.arn, Subject, Message }, call);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'NotFound') throw error;
    return { kind: 'stands in', reason: whyTopicStandsIn(token) };
  }
}

async function invokeFunction(
  dispatch: Caller,
  token: ServiceToken,
  request: string,
  call: Call,
): Promise<Reply | undefined> {
  const FunctionName = token.arn;
  try {
    const Payload = Buffer.from(request);
    return replyOf(FunctionName, await dispatch.call('lambda', 'Invoke', { FunctionName, Payload }, call));
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
    return { kind: 'stands in', reason: whyFunctionStandsIn(token) };
  }
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function timeoutOf({ ServiceTimeout: seconds = DEFAULT_TIMEOUT_S }: Properties): number {
  const isDigits = typeof seconds === 'number' || (typeof seconds === 'string' && /^\d+$/.test(seconds));
  const number = isDigits ? Number(seconds) : 0;
  if (Number.isInteger(number) && number >= 1 && number <= 3600) return number;
  const message = 'ServiceTimeout is a whole number of seconds from 1 to 3600';
  throw new ServiceError('ValidationError', message);
}

/** What the function's end says; nothing when it ended well: the response may come later, from whomever. */
function replyOf(
  name: string,
  {
    FunctionError: failed,
    Payload,
  }: { readonly FunctionError?: string | undefined; readonly Payload?: Uint8Array | undefined },
): Reply | undefined {
  if (failed === undefined) return undefined;
  const { errorType, errorMessage } = errorIn(Payload);
  if (errorType === 'Earwitness.StandIn') return { kind: 'stands in', reason: errorMessage };
  const short = parseArn(name)?.resource.replace(/^function:/, '') ?? name;
  const reason = `The function ${short} failed and has sent no response: ${errorType}: ${errorMessage}`;
  return { kind: 'failure', reason, errorType };
}

function errorIn(payload: Uint8Array | undefined): { readonly errorType: string; readonly errorMessage: string } {
  const text = Buffer.from(payload ?? []).toString('utf8');
  const error = parsePayload(text);
  const { errorType, errorMessage } = isMap(error) ? error : {};
  return {
    errorType: typeof errorType === 'string' ? errorType : 'Error',
    errorMessage: typeof errorMessage === 'string' ? errorMessage : text,
  };
}

/** Source of the sentence: public reports of what AWS tells after a time-out. */
function noAnswer(requestId: string): string {
  return `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.`;
}
