// The body of an answer whose head was sent, piece by piece.
import { once } from 'node:events';
import type { HttpResponse } from './door.ts';

/** Ends the answer with the last piece; breaks it off when a piece cannot be had. Never rejects. */
export async function streamBody(response: HttpResponse, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      // Over HTTP/1.1 and 2 the same, which the union of both types does not say.
      const isRoomLeft = 'flushHeaders' in response ? response.write(piece) : response.write(piece);
      if (!isRoomLeft) await Promise.race([once(response, 'drain'), gone]);
    }
    response.end();
  } catch {
    response.destroy();
  }
}
