// The answer of a function URL with InvokeMode RESPONSE_STREAM: what the function writes reaches the client as it is
// written. What it says of status, headers and cookies stands before the body, as JSON and eight bytes 0. A function
// that does not stream is not taken apart: its JSON is the body.
// Source: docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { type GatewayAnswer, MalformedResponse, parsePrelude } from '../../../gateway/answer.ts';
import type { StreamingRun } from '../streaming.ts';

const WITH_PRELUDE = 'application/vnd.awslambda.http-integration-response';
const DELIMITER = Buffer.alloc(8);
/** Ours: bytes of status, headers and cookies. */
const PRELUDE_MAX_BYTES = 65_536;

/** What ends the connection: the function failed when part of its answer had been sent. */
class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** Resolves when status and headers are known. @throws MalformedResponse when the function does not say them well. */
export async function answerStreaming(run: StreamingRun): Promise<GatewayAnswer> {
  if (run.contentType !== WITH_PRELUDE) {
    const headers = [['content-type', run.contentType] as const];
    return { status: 200, headers, body: Buffer.alloc(0), pieces: untilBroken(run) };
  }
  const pieces = run.pieces[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf(DELIMITER);
    if (end >= 0) {
      const prelude = parsePrelude(parsePayload(head.toString('utf8', 0, end)));
      const rest = head.subarray(end + DELIMITER.length);
      return { ...prelude, body: Buffer.alloc(0), pieces: untilBroken(run, { rest, pieces }) };
    }
    if (head.length > PRELUDE_MAX_BYTES) throw refused(run, 'what stands before its body has no end');
    const next = await pieces.next();
    if (next.done) throw refused(run, 'it ended before its body began');
    head = Buffer.concat([head, next.value]);
  }
}

function refused(run: StreamingRun, reason: string): MalformedResponse {
  run.leave();
  return new MalformedResponse(reason);
}

async function* untilBroken(
  run: StreamingRun,
  begun?: { readonly rest: Uint8Array; readonly pieces: AsyncIterator<Uint8Array> },
): AsyncGenerator<Uint8Array> {
  const pieces = begun?.pieces ?? run.pieces[Symbol.asyncIterator]();
  try {
    if (begun && begun.rest.length > 0) yield begun.rest;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  } finally {
    run.leave();
  }
  const { failed, payload } = await run.ended;
  if (failed) throw new BrokenOff(payload);
}
