// The requests that this process sent, by the ids that the local cloud's answers carry: what they brought about is the
// test's own, among all that other tests do at the same time. Node says of each request that it was sent and answered
// (diagnostics_channel), whichever client sends it; nothing is changed. Not seen: what a browser or another process
// sends, and requests that are not answered yet.
import { subscribe } from 'node:diagnostics_channel';
import { wallClock } from './clock.ts';

/** How many of the newest ids are kept. Ours. */
const KEPT = 1000;

/** An id, in the form in which its header has it. */
interface OwnRequest {
  readonly id: string;
  readonly at: number;
}

/** AWS operations, REST APIs and function URLs; HTTP APIs. Source: API Gateway developer guide. */
const HEADERS = ['x-amzn-requestid', 'apigw-requestid'];

const requests: OwnRequest[] = [];
let observes = false;

/** Begins to observe; once for all. */
export function observeRequests(): void {
  if (observes) return;
  observes = true;
  // Source: https://nodejs.org/api/diagnostics_channel.html#http (node:http), and of undici, which fetch is made of,
  // docs/docs/api/DiagnosticsChannel.md.
  subscribe('http.client.response.finish', (message) => {
    const headers = property(property(message, 'response'), 'headers');
    for (const name of HEADERS) keep(property(headers, name));
  });
  subscribe('undici:request:headers', (message) => {
    const raw = property(property(message, 'response'), 'headers');
    if (!Array.isArray(raw)) return;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      if (HEADERS.includes(String(raw[index]).toLowerCase())) keep(String(raw[index + 1]));
    }
  });
}

/** Tells of an id (a UUID) whether it is that of a request that was answered since an epoch time, ms. */
export function findOwnRequests(sinceMs: number): { has(requestId: string): boolean } {
  const ids = new Set(requests.flatMap(({ id, at }) => (at >= sinceMs ? [id] : [])));
  return { has: (requestId) => ids.has(requestId) || ids.has(extendedId(requestId)) };
}

function keep(id: unknown): void {
  if (typeof id !== 'string') return;
  requests.push({ id, at: wallClock.now() });
  if (requests.length > KEPT) requests.shift();
}

/** The id that an HTTP API answers with, of one that the journal has: the local cloud makes one of the other. */
function extendedId(requestId: string): string {
  return `${Buffer.from(requestId.replaceAll('-', ''), 'hex').toString('base64').slice(0, 15)}=`;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
