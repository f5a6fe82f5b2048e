// Bare bytes on a connection of their own: what no HTTP client would send.
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { BytesInput, HttpInput } from '../input.ts';
import { type Answer, AnswerParts } from './answer.ts';
import { framedHeaders } from './http1.ts';
import type { Patience } from './patience.ts';

/** Ours: how long a connection is left open that the cloud does not close. */
const OPEN_MS = 1000;

export function sendBytes(
  input: BytesInput,
  { plain, secure }: { plain: URL; secure: URL },
  patience: Patience,
): Promise<Answer> {
  return new Promise((resolve) => {
    const parts = new AnswerParts(resolve);
    const port = Number((input.port === 'tls' ? secure : plain).port);
    const host = plain.hostname;
    const socket = input.secure ? connectSecurely({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    const watch = patience.start(() => {
      parts.settle('silent');
      socket.destroy();
    }, OPEN_MS);
    socket.on('data', (chunk: Buffer) => parts.addChunk(chunk));
    socket.on('error', (error) => parts.settle('closed', error.message));
    socket.on('close', () => {
      watch.stop();
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(parts.text) ?? [];
      parts.status = Number(status ?? 0);
      parts.settle(status === undefined ? 'closed' : 'answered', 'the connection closed');
    });
    const [first = '', ...rest] = input.chunks;
    socket.write(first);
    const writeNext = () => {
      const chunk = rest.shift();
      if (chunk === undefined) return socket.end();
      socket.write(chunk, () => setImmediate(writeNext));
      return undefined;
    };
    setImmediate(writeNext);
  });
}

/** A request as the bytes of HTTP/1.1, whatever is in it. */
export function serializeRequest(input: HttpInput): Buffer {
  const headers = framedHeaders(input).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${input.method} ${input.path} HTTP/1.1\r\n${headers.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(input.body)]);
}
