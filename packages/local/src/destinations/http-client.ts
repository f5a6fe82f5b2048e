// The HTTP client of API destinations: one request on a connection of its own, as AWS makes it (`Connection: close`),
// no redirects, an end after a given time of the clock. Only what decides the outcome is read: status, Retry-After, and
// a token's body.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Fault } from '@earwitness/protocol/internal/admin/fault';
import { ownEntry } from '../own-entry.ts';
import type { Platform } from '../platform.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Name and value by turns, as they go on the wire; Host and Content-Length are added. */
  readonly headers: readonly string[];
  /** Left out for methods without a body. */
  readonly body?: string;
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
  const http = new HttpAgent({ keepAlive: false });
  // Keeps TLS sessions, so that only the first connection to an endpoint pays for the whole handshake.
  let https: Promise<HttpsAgent> | undefined;
  const openHttps = async () => {
    const ca = await trustedRoots?.();
    // Reading a hundred roots takes some thirty milliseconds: once, not for every connection.
    return new HttpsAgent({ keepAlive: false, ...(ca && { secureContext: createSecureContext({ ca: [...ca] }) }) });
  };

  async function request(asked: HttpRequest): Promise<HttpResult> {
    const { method, url, timeoutMs, readBytes = 0 } = asked;
    // As bytes: Node writes headers in the encoding of a body that is text.
    const body = asked.body === undefined ? undefined : Buffer.from(asked.body);
    const secure = url.protocol === 'https:';
    const headers = ['Host', url.host, ...asked.headers.map(encodeHeader)];
    if (body) headers.push('Content-Length', String(body.length));
    https ??= secure ? openHttps() : undefined;
    const agent = secure ? await https : http;
    return new Promise((resolve) => {
      let outgoing: ClientRequest;
      try {
        outgoing = (secure ? httpsRequest : httpRequest)(url, { method, headers, agent });
      } catch (error) {
        // A header that cannot be written, a scheme that is neither: no request was made.
        resolve({ kind: 'unreachable', sent: false, reason: error instanceof Error ? error.message : String(error) });
        return;
      }
      let sent = false;
      outgoing.on('finish', () => {
        sent = true;
      });
      const timer = clock.setTimer(clock.now() + timeoutMs, () => {
        resolve({ kind: 'timed out', sent });
        outgoing.destroy();
      });
      outgoing.on('close', () => timer.cancel());
      outgoing.on('error', (error) => {
        const cause = causeOf(error);
        resolve({ kind: 'unreachable', sent, reason: error.message, ...(cause !== undefined && { cause }) });
      });
      outgoing.on('response', (response) => {
        if (readBytes === 0) {
          response.on('error', () => {}).resume();
          resolve(answerOf(response, ''));
        } else readBody(response, readBytes).then((text) => resolve(answerOf(response, text)));
      });
      outgoing.end(body);
    });
  }

  async function meet(fault: Fault, asked: HttpRequest): Promise<HttpResult> {
    if (fault === 'refused') {
      return { kind: 'unreachable', sent: false, reason: 'a fault was injected', cause: 'connection refused' };
    }
    if ('status' in fault) return { kind: 'answered', status: fault.status, statusText: '', headers: {}, body: '' };
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
      http.destroy();
      https?.then((agent) => agent.destroy());
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

function causeOf({ code = '' }: NodeJS.ErrnoException): string | undefined {
  return ownEntry(CAUSES, code);
}

/** Header bytes are Latin-1 to Node: other text goes out as UTF-8, and control characters not at all. */
function encodeHeader(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return Buffer.from(text.replace(/\p{Cc}+/gu, ' '), 'utf8').toString('latin1');
}

function answerOf(response: IncomingMessage, body: string): HttpResult {
  const retryAfter = response.headers['retry-after'];
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers: headersOf(response),
    body,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    headers[name] = [...(Object.hasOwn(headers, name) ? (headers[name] ?? []) : []), value];
  }
  return headers;
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    // A body that was cut off is judged by what came of it.
  }
  return Buffer.concat(chunks).toString('utf8');
}
