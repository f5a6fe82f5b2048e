// gRPC's framing: one flag byte, the length in four bytes (big endian), the message. Compressed messages are refused: no client
// compresses unless the server said that it may.

const HEADER_BYTES = 5;
/** Set in the flag byte of a frame that holds trailers (gRPC-web only). */
const TRAILER_FLAG = 0x80;

/** A message as it goes on the wire. */
export function encodeFrame(message: Uint8Array): Buffer {
  return frame(0, message);
}

/** gRPC-web's last frame: the trailers as text. */
export function encodeTrailerFrame(trailers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\r\n`);
  return frame(TRAILER_FLAG, Buffer.from(lines.join(''), 'latin1'));
}

function frame(flags: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = flags;
  bytes.writeUInt32BE(payload.length, 1);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** How far a request has come in: the first message is all there, more bytes are awaited, or it cannot be taken. */
export type FirstFrame =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'compressed' }
  | { readonly kind: 'too long'; readonly lengthBytes: number };

/** Puts together the first message of a request; unary calls and server streams carry exactly one. */
export class FirstFrameReader {
  readonly #maxBytes: number;
  // Chunks are joined once, when as many bytes as the header announced are there: joining at each chunk would be quadratic.
  #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #neededBytes = HEADER_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): FirstFrame {
    this.#chunks.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes < this.#neededBytes) return { kind: 'incomplete' };
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    if (bytes[0] !== 0) return { kind: 'compressed' };
    const lengthBytes = bytes.readUInt32BE(1);
    if (lengthBytes > this.#maxBytes) return { kind: 'too long', lengthBytes };
    this.#neededBytes = HEADER_BYTES + lengthBytes;
    if (bytes.length < this.#neededBytes) return { kind: 'incomplete' };
    return { kind: 'message', message: bytes.subarray(HEADER_BYTES, this.#neededBytes) };
  }
}
