// Requests over HTTP/1.1, plain or in TLS, on connections that are kept.
import { Agent, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { HttpInput } from '../input.ts';
import { type Answer, AnswerParts } from './answer.ts';
import type { Patience } from './patience.ts';

/** The headers with a length where the input says nothing of how its body ends. */
export function framedHeaders({ headers, body, method }: HttpInput): [string, string][] {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = headers.map(([name, value]): [string, string] => [name, value]);
  const hasFrame = named.has('content-length') || named.has('transfer-encoding');
  const length = Buffer.byteLength(body);
  if (!hasFrame && (length > 0 || method !== 'GET')) all.push(['content-length', String(length)]);
  return all;
}

export class Http1 {
  readonly #plain: URL;
  readonly #secure: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #secureAgent = new SecureAgent({ keepAlive: true, rejectUnauthorized: false });

  constructor(plain: URL, secure: URL) {
    this.#plain = plain;
    this.#secure = secure;
  }

  /** @throws TypeError when Node's client refuses to send such a thing */
  send(input: HttpInput, patience: Patience): Promise<Answer> {
    return new Promise((resolve) => {
      const secure = input.over === 'https';
      const { hostname, port, host } = secure ? this.#secure : this.#plain;
      const headers = framedHeaders(input);
      if (!headers.some(([name]) => name.toLowerCase() === 'host')) headers.unshift(['host', host]);
      const parts = new AnswerParts(resolve);
      const sent = (secure ? secureRequest : request)({
        hostname,
        port,
        method: input.method,
        path: input.path,
        headers: headers.flat(),
        maxHeaderSize: 2 ** 24,
        agent: secure ? this.#secureAgent : this.#agent,
      });
      const giveUp = () => {
        parts.settle(input.open && parts.status > 0 ? 'answered' : 'silent');
        sent.destroy();
      };
      const watch = input.open ? patience.startOpen(giveUp) : patience.start(giveUp);
      sent.on('response', (response) => {
        parts.status = response.statusCode ?? 0;
        parts.addHeaders(response.headers);
        response.on('data', (chunk: Buffer) => {
          parts.addChunk(chunk);
          if (!input.open) return;
          parts.settle('answered');
          sent.destroy();
        });
        response.on('end', () => {
          parts.addHeaders(response.trailers);
          parts.settle('answered');
        });
        response.on('error', (error) => parts.settle('closed', error.message));
      });
      sent.on('error', (error) => parts.settle('closed', error.message));
      sent.on('close', () => {
        watch.stop();
        parts.settle('closed', 'the connection closed');
      });
      sent.end(input.body);
    });
  }

  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }
}
