// Invoke: runs a function and waits for its answer, accepts an event for later, or only says whether it could. And
// InvokeWithResponseStream, which hands the answer on while it is written.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  InvocationRequest,
  InvokeWithResponseStreamRequest,
  InvokeWithResponseStreamResponseEvent,
} from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Call, OperationsOf } from '../../../call.ts';
import type { InvocationResult } from '../../../functions/running-function.ts';
import { createTraceId } from '../../../trace.ts';
import type { Run } from '../invocation.ts';
import type { Parts } from '../parts.ts';
import { checkPermission } from '../permission.ts';
import { runStreaming, type StreamingRun } from '../streaming.ts';

/**
 * Bytes in a request. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (6 MB; 1 MB for events)
 */
const REQUEST_MAX_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

/** Bytes of the log's end that `LogType: Tail` returns. */
const TAIL_BYTES = 4096;

export function invocationOperations({ platform, functions, invocations, asynchronous }: Parts) {
  return {
    async Invoke(input, call) {
      const found = functions.find(input.FunctionName, call, input.Qualifier);
      await checkPermission(platform, found, call);
      const type = input.InvocationType ?? 'RequestResponse';
      const run = parseRun(input, type, { ...call, traceId: call.traceId ?? createTraceId(platform) });
      if (type === 'DryRun') return { StatusCode: 204 };
      if (type === 'Event') {
        await asynchronous.accept(found, run);
        return { StatusCode: 202 };
      }
      const result = await invocations.run(found, run);
      return {
        StatusCode: 200,
        ...(result.failed && { FunctionError: 'Unhandled' }),
        ...(input.LogType === 'Tail' && { LogResult: tailOf(result) }),
        Payload: result.streamed ?? Buffer.from(result.payload),
        ExecutedVersion: found.version.version,
      };
    },

    async InvokeWithResponseStream(input, call) {
      const found = functions.find(input.FunctionName, call, input.Qualifier);
      await checkPermission(platform, found, call);
      const type = input.InvocationType ?? 'RequestResponse';
      const parsed = parseRun(input, type, { ...call, traceId: call.traceId ?? createTraceId(platform) });
      if (type === 'DryRun') return { StatusCode: 204 };
      const streaming = await runStreaming(invocations, found, parsed);
      return {
        StatusCode: 200,
        ExecutedVersion: found.version.version,
        ResponseStreamContentType: streaming.contentType,
        EventStream: eventsOf(streaming, input),
      };
    },
  } satisfies OperationsOf<'lambda'>;
}

/**
 * What failed is told at the end, behind what came before.
 * Source: API reference, InvokeWithResponseStreamCompleteEvent.
 */
async function* eventsOf(
  { pieces, ended }: StreamingRun,
  { LogType }: Pick<InvokeWithResponseStreamRequest, 'LogType'>,
): AsyncGenerator<InvokeWithResponseStreamResponseEvent> {
  for await (const Payload of pieces) yield { PayloadChunk: { Payload } };
  const result = await ended;
  yield {
    InvokeComplete: {
      ...(result.failed && { ErrorCode: 'Unhandled', ErrorDetails: result.payload }),
      ...(LogType === 'Tail' && { LogResult: tailOf(result) }),
    },
  };
}

function parseRun(
  input: Pick<InvocationRequest, 'Payload' | 'ClientContext'>,
  type: keyof typeof REQUEST_MAX_BYTES,
  call: Call,
): Run {
  const size = input.Payload?.length ?? 0;
  const limit = REQUEST_MAX_BYTES[type];
  if (size > limit) {
    const message = `${size} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
    throw new ServiceError('RequestTooLargeException', message, { status: 413 });
  }
  const text = input.Payload && size > 0 ? Buffer.from(input.Payload).toString('utf8') : '{}';
  const event = checkJson(text, 'Could not parse request body into json');
  const { requestId, traceId } = call;
  const { ClientContext } = input;
  return {
    event,
    requestId,
    ...(traceId !== undefined && { traceId }),
    ...(ClientContext !== undefined && { clientContext: parseClientContext(ClientContext) }),
  };
}

function checkJson(text: string, problem: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError('InvalidRequestContentException', `${problem}: ${reason}`, { cause });
  }
}

function parseClientContext(base64: string): unknown {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return JSON.parse(checkJson(text, 'Client context must be a valid Base64-encoded JSON object.'));
}

function tailOf({ log }: InvocationResult): string {
  const text = Buffer.from(log.map((event) => `${event.message}\n`).join(''));
  return text.subarray(-TAIL_BYTES).toString('base64');
}
