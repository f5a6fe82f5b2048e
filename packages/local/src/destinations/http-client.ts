// The HTTP client of API destinations: one request on a connection of its own, as AWS makes it (`Connection: close`),
// no redirects, an end after a given time of the clock. Only what decides the outcome is read: status, Retry-After, and
// a token's body. It stands on sockets: Node's own client takes 0.12 ms of the processor more (bench/README.md, "Roads
// of one event").
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { Fault } from '@earwitness/protocol/internal/admin/fault';
import { ownEntry } from '../own-entry.ts';
import type { Platform } from '../platform.ts';
import { type AnswerHead, headerIn, readAnswer } from './http-answer.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Name and value by turns, as they go on the wire; Host and Content-Length are added. */
  readonly headers: readonly string[];
  /** Left out for methods without a body. */
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
  /** ARN of the API destination that is called: a fault may stand before it. */
  readonly destination?: string;
  /** Reads the answer's body, up to this many bytes; otherwise it is drained unread. */
  readonly readBytes?: number;
}

/** `isInjected`: a fault that stands before the destination had its part in it. */
export type HttpResult = { readonly isInjected?: true } & (
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly statusText: string;
      /** As they came: each name with its values. */
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly retryAfter?: string;
      readonly bytes: Buffer;
      /** The bytes as text. */
      readonly body: string;
    }
  // `sent`: the network had taken the whole request, so the endpoint may have, too.
  | { readonly kind: 'timed out'; readonly sent: boolean }
  // `cause`: in a few words, of the usual ones.
  | { readonly kind: 'unreachable'; readonly sent: boolean; readonly reason: string; readonly cause?: string }
);

export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResult>;
  close(): void;
}

export function createHttpClient({
  clock,
  faults,
  trustedRoots,
}: Pick<Platform, 'clock' | 'faults' | 'trustedRoots'>): HttpClient {
  const open = new Set<Socket>();
  // So that only the first connection to an endpoint pays for the whole handshake.
  const sessions = new Map<string, Buffer>();
  let secureContext: Promise<SecureContext> | undefined;
  // Reading a hundred roots takes some thirty milliseconds: once, not for every connection.
  const openContext = () => {
    secureContext ??= createContext().catch((error: unknown) => {
      secureContext = undefined;
      throw error;
    });
    return secureContext;
  };
  const createContext = async () => {
    const ca = await trustedRoots?.();
    return createSecureContext(ca && { ca: [...ca] });
  };

  function openSocket({ host, hostname, port }: URL, secureContext: SecureContext | undefined): Socket {
    const name = hostname.replace(/^\[|\]$/g, '');
    if (!secureContext) return connect({ host: name, port: Number(port || 80) });
    const session = sessions.get(host);
    return connectTls({
      host: name,
      port: Number(port || 443),
      servername: isIP(name) ? '' : name,
      ALPNProtocols: ['http/1.1'],
      secureContext,
      ...(session && { session }),
    })
      .on('session', (given: Buffer) => sessions.set(host, given))
      .on('error', () => sessions.delete(host));
  }

  async function request(asked: HttpRequest): Promise<HttpResult> {
    const { protocol } = asked.url;
    let bytes: Buffer;
    let context: SecureContext | undefined;
    try {
      if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`The protocol ${protocol} is not HTTP.`);
      bytes = writeRequest(asked);
      if (protocol === 'https:') context = await openContext();
    } catch (error) {
      // A header that cannot be written, a scheme that is neither, roots that cannot be read: no request was made.
      return { kind: 'unreachable', sent: false, reason: messageOf(error) };
    }
    return exchange(openSocket(asked.url, context), bytes, asked);
  }

  function exchange(socket: Socket, bytes: Buffer, { method, timeoutMs, readBytes = 0 }: HttpRequest) {
    return new Promise<HttpResult>((resolve) => {
      let sent = false;
      let head: AnswerHead | undefined;
      const body: Buffer[] = [];
      let left = readBytes;
      // Nothing more comes: a body that was cut off is judged by what came of it.
      const end = (reason: string, cause: string | undefined) => {
        if (head) resolve(answerOf(head, Buffer.concat(body)));
        else resolve({ kind: 'unreachable', sent, reason, ...(cause !== undefined && { cause }) });
        socket.destroy();
      };
      const timer = clock.setTimer(clock.now() + timeoutMs, () => {
        resolve({ kind: 'timed out', sent });
        socket.destroy();
      });
      const answer = readAnswer(method, {
        head(given) {
          head = given;
          if (readBytes === 0) resolve(answerOf(head, NOTHING));
        },
        body(piece) {
          left -= piece.length;
          if (left >= 0) body.push(piece);
          else if (readBytes > 0) socket.destroy();
        },
      });
      answer.next();
      open.add(socket);
      socket.on('data', (piece: Buffer) => {
        try {
          if (answer.next(piece).done) socket.destroy();
        } catch (error) {
          end(messageOf(error), 'answer that is not HTTP');
        }
      });
      socket.on('error', ({ message, code = '' }: NodeJS.ErrnoException) => end(message, ownEntry(CAUSES, code)));
      socket.on('close', () => {
        open.delete(socket);
        timer.cancel();
        end('socket hang up', CAUSES['ECONNRESET']);
      });
      socket.write(bytes, (error) => {
        sent = !error;
      });
    });
  }

  async function meet(fault: Fault, asked: HttpRequest): Promise<HttpResult> {
    if (fault === 'refused') {
      return { kind: 'unreachable', sent: false, reason: 'a fault was injected', cause: 'connection refused' };
    }
    if ('status' in fault) return answerOf({ status: fault.status, statusText: '', headers: {} }, NOTHING);
    const { timeoutMs } = asked;
    await clock.sleep(Math.min(fault.delayMs, timeoutMs));
    if (fault.delayMs >= timeoutMs) return { kind: 'timed out', sent: true };
    return request({ ...asked, timeoutMs: timeoutMs - fault.delayMs });
  }

  return {
    async send(asked) {
      const { destination } = asked;
      const fault = destination !== undefined && faults.isAny ? await faults.take(destination) : undefined;
      return fault === undefined ? request(asked) : { ...(await meet(fault, asked)), isInjected: true };
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** The usual reasons, by Node's codes. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EPIPE: 'connection closed without an answer',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host not found',
  EHOSTUNREACH: 'host cannot be reached',
  ENETUNREACH: 'network cannot be reached',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  CERT_HAS_EXPIRED: 'certificate expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate of another host',
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @throws what Node's own client throws for a method or a header that cannot be written */
function writeRequest({ method, url, headers, body = '' }: HttpRequest): Buffer {
  validateHeaderName(method);
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`];
  let isClosing = false;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = encodeHeader(headers[index + 1] ?? '');
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines.push(`${name}: ${value}`);
    isClosing ||= name.toLowerCase() === 'connection';
  }
  if (!isClosing) lines.push('Connection: close');
  const length = Buffer.byteLength(body);
  if (length > 0 || METHODS_WITH_BODY.has(method)) lines.push(`Content-Length: ${length}`);
  const head = `${lines.join('\r\n')}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.write(head, 'latin1');
  if (typeof body === 'string') bytes.write(body, head.length);
  else bytes.set(body, head.length);
  return bytes;
}

/** Whose requests say how long their body is even when they have none. Source: RFC 9110, section 8.6. */
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Header bytes are Latin-1 to Node: other text goes out as UTF-8, and control characters not at all. */
function encodeHeader(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return Buffer.from(text.replace(/\p{Cc}+/gu, ' '), 'utf8').toString('latin1');
}

const NOTHING = Buffer.alloc(0);

function answerOf(head: AnswerHead, bytes: Buffer): HttpResult {
  const retryAfter = headerIn(head, 'retry-after');
  return { kind: 'answered', ...head, bytes, body: bytes.toString(), ...(retryAfter !== undefined && { retryAfter }) };
}
