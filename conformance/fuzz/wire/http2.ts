// Requests over HTTP/2, plain (h2c) or in TLS: streams of a session that is kept while it lasts.
import { type ClientHttp2Session, connect } from 'node:http2';
import type { HttpInput } from '../input.ts';
import { type Answer, AnswerParts } from './answer.ts';
import type { Patience } from './patience.ts';

/** What HTTP/2 has no room for (RFC 9113, 8.2.2), and what it says by other means. */
const NOT_SENT = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

export class Http2 {
  readonly #plain: string;
  readonly #secure: string;
  readonly #sessions = new Map<string, ClientHttp2Session>();

  constructor(plain: URL, secure: URL) {
    this.#plain = plain.origin;
    this.#secure = secure.origin;
  }

  /** @throws TypeError when Node's client refuses to send such a thing */
  send(input: HttpInput, patience: Patience): Promise<Answer> {
    return new Promise((resolve) => {
      const parts = new AnswerParts(resolve);
      const stream = this.#session(input.over === 'h2' ? this.#secure : this.#plain).request(headersOf(input), {
        endStream: false,
      });
      const giveUp = () => {
        parts.settle(input.open && parts.status > 0 ? 'answered' : 'silent');
        stream.close();
      };
      const watch = input.open ? patience.startOpen(giveUp) : patience.start(giveUp);
      stream.on('response', (headers) => {
        parts.status = headers[':status'] ?? 0;
        parts.addHeaders(headers);
      });
      stream.on('trailers', (headers) => parts.addHeaders(headers));
      // The answer is whole, though the cloud may not have read all of the request.
      stream.on('end', () => {
        // Trailers are told a moment later.
        setImmediate(() => {
          if (parts.status > 0) parts.settle('answered');
          stream.close();
        });
      });
      stream.on('data', (chunk: Buffer) => {
        parts.addChunk(chunk);
        if (!input.open) return;
        parts.settle('answered');
        stream.close();
      });
      stream.on('error', (error) => {
        // What HTTP/2 itself does not allow (an authority with a slash) is refused below every door, by a reset.
        if (parts.status === 0 && error.message.includes('PROTOCOL_ERROR')) parts.status = 400;
        parts.settle(parts.status > 0 ? 'answered' : 'closed', error.message);
      });
      stream.on('close', () => {
        watch.stop();
        parts.settle(parts.status > 0 ? 'answered' : 'closed', 'the stream closed');
      });
      stream.end(input.body);
    });
  }

  #session(origin: string): ClientHttp2Session {
    const known = this.#sessions.get(origin);
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(origin, { rejectUnauthorized: false, maxHeaderListPairs: 100_000 });
    session.on('error', () => session.destroy());
    session.setMaxListeners(0);
    this.#sessions.set(origin, session);
    return session;
  }

  close(): void {
    for (const session of this.#sessions.values()) session.destroy();
  }
}

function headersOf({ method, path, headers }: HttpInput): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = { ':method': method, ':path': path };
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (name === 'host') all[':authority'] = value;
    if (NOT_SENT.has(name)) continue;
    const before = all[name];
    all[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return all;
}
