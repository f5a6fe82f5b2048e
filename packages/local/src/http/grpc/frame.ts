// gRPC's framing: one flag byte, the length in four bytes (big endian), the message. Compressed messages are refused:
// no client compresses unless the server said that it may.
import { GRPC_STATUS, type GrpcStatusCode } from '@earwitness/protocol/internal/momento/errors';
import { CallRefused } from './status.ts';

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

/** Puts together the first message of a request; unary calls and server streams carry exactly one. */
export class FirstFrameReader {
  readonly #maxBytes: number;
  // Chunks are joined once, when as many bytes as the header announced are there: joining at each chunk would be
  // quadratic.
  #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #neededBytes = HEADER_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The message, once its last byte is there.
   * @throws CallRefused when it is compressed or too long.
   */
  push(chunk: Buffer): Uint8Array | undefined {
    this.#chunks.push(chunk);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes < this.#neededBytes) return undefined;
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    if (bytes[0] !== 0) throw refusal(GRPC_STATUS.UNIMPLEMENTED, 'Earwitness takes uncompressed messages only.');
    const lengthBytes = bytes.readUInt32BE(1);
    if (lengthBytes > this.#maxBytes) {
      const message = `The request has ${lengthBytes} bytes; at most ${this.#maxBytes} are taken.`;
      throw refusal(GRPC_STATUS.RESOURCE_EXHAUSTED, message);
    }
    this.#neededBytes = HEADER_BYTES + lengthBytes;
    return bytes.length < this.#neededBytes ? undefined : bytes.subarray(HEADER_BYTES, this.#neededBytes);
  }
}

function refusal(code: GrpcStatusCode, message: string): CallRefused {
  return new CallRefused({ code, message });
}
