// Reads a request's body to its end, up to a limit.
import type { AnyRequest } from './door.ts';
import { WholeRequest } from './whole/request.ts';

/**
 * Thrown for a body that is longer than allowed. The rest of it is read and forgotten, so that its sender gets to the
 * answer.
 */
export class BodyTooLarge extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes.`);
    this.name = 'BodyTooLarge';
    this.limitBytes = limitBytes;
  }
}

/** Thrown when the caller went away before the end of its request. Nobody hears an answer, and it is nobody's fault. */
export class CallerGone extends Error {
  constructor(cause?: unknown) {
    super('The caller went away before the end of its request.', { cause });
    this.name = 'CallerGone';
  }
}

const NOTHING = Buffer.alloc(0);

/**
 * The whole body.
 * @throws BodyTooLarge when it has more than `limitBytes`; CallerGone
 */
export function readBody(request: AnyRequest, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (request instanceof WholeRequest) {
      const { bytes } = request;
      return bytes.length > limitBytes ? reject(new BodyTooLarge(limitBytes)) : resolve(bytes);
    }
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      request.resume();
      return reject(new BodyTooLarge(limitBytes));
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(new BodyTooLarge(limitBytes));
      }
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(only === undefined ? NOTHING : chunks.length === 1 ? only : Buffer.concat(chunks, sizeBytes));
    });
    request.on('error', (error) => reject(new CallerGone(error)));
    request.on('close', () => {
      if (!request.readableEnded) reject(new CallerGone());
    });
  });
}
