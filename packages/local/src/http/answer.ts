// An answer as its door made it, over Node's response.
import { once } from 'node:events';
import { type HttpResponse, isGone, writePiece } from './door.ts';
import { hasBody, type WholeAnswer } from './whole/connection.ts';

export interface Answer extends WholeAnswer {
  /** What follows the body as it comes. Left out: nothing does. */
  readonly pieces?: AsyncIterable<Uint8Array>;
}

/** Sends it, unless the caller is gone. */
export function sendAnswer(response: HttpResponse, { status, headers, body, pieces }: Answer): void {
  if (isGone(response)) return;
  if (pieces) {
    response.writeHead(status, { ...headers });
    return void streamBody(response, pieces);
  }
  const length = hasBody(status) && { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

/** Ends the answer with the last piece; breaks it off when a piece cannot be had. Never rejects. */
export async function streamBody(response: HttpResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  try {
    for await (const piece of pieces) {
      if (isGone(response)) return;
      if (!writePiece(response, piece)) await Promise.race([once(response, 'drain'), gone]);
    }
    response.end();
  } catch {
    response.destroy();
  }
}
