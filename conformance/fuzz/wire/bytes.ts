// Bare bytes on a connection of their own: what no HTTP client would send.
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { BytesInput, HttpInput } from '../input.ts';
import { type Answer, AnswerParts } from './answer.ts';
import { framedHeaders } from './http1.ts';
import type { Patience } from './patience.ts';

/** Ours: how long a connection that the cloud keeps open is listened to after the last byte came or went. */
const QUIET_MS = 60;

export interface BytesOptions {
  readonly plain: URL;
  readonly secure: URL;
  readonly patience: Patience;
  /** Whether a quiet connection is closed from this side; otherwise the cloud is waited for. */
  readonly endsQuiet: boolean;
}

export function sendBytes(input: BytesInput, { plain, secure, patience, endsQuiet }: BytesOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const parts = new AnswerParts(resolve);
    const port = Number((input.port === 'tls' ? secure : plain).port);
    const host = plain.hostname;
    const socket = input.secure ? connectSecurely({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    const watch = patience.start(() => {
      parts.settle('silent');
      socket.destroy();
    });
    let quiet: NodeJS.Timeout | undefined;
    const endWhenQuiet = () => {
      if (!endsQuiet) return;
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.end(), QUIET_MS);
    };
    socket.on('data', (chunk: Buffer) => {
      parts.addChunk(chunk);
      endWhenQuiet();
    });
    socket.on('error', (error) => parts.settle('closed', error.message));
    socket.on('close', () => {
      watch.stop();
      clearTimeout(quiet);
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(parts.text) ?? [];
      parts.status = Number(status ?? 0);
      parts.settle(status === undefined ? 'closed' : 'answered', 'the connection closed');
    });
    const chunks = [...input.chunks];
    const writeNext = () => {
      const chunk = chunks.shift();
      if (chunk === undefined) endWhenQuiet();
      else socket.write(chunk, () => setImmediate(writeNext));
    };
    writeNext();
  });
}

/** A request as the bytes of HTTP/1.1, whatever is in it. */
export function serializeRequest(input: HttpInput): Buffer {
  const headers = framedHeaders(input).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${input.method} ${input.path} HTTP/1.1\r\n${headers.join('')}\r\n`;
  const body = Buffer.from(input.body);
  // A body in chunks that does not end is waited for.
  const isChunked = headers.some((header) => /^transfer-encoding: chunked\r/i.test(header));
  const parts = isChunked ? chunksOf(body) : [body];
  return Buffer.concat([Buffer.from(head), ...parts]);
}

function chunksOf(body: Buffer): Buffer[] {
  const end = Buffer.from('0\r\n\r\n');
  return body.length === 0 ? [end] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n'), end];
}
