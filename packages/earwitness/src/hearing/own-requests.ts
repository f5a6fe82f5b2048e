// The requests that this process sent, by the ids that the local cloud's answers carry: what they brought about is the
// test's own, among all that other tests do at the same time. Node says of each request that it was sent and answered
// (diagnostics_channel), whichever client sends it; nothing is changed. A request that is not answered yet is known by
// its method and path. Not seen: what a browser or another process sends.
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

/** Requests without an answer, by the objects that their clients have for them. */
const pending = new Map<unknown, PendingRequest>();

/** What is known of one: `/orders?x=1` is the path `/orders`. */
interface PendingRequest {
  readonly method: string;
  readonly path: string;
}

let observes = false;

/** Begins to observe; once for all. */
export function observeRequests(): void {
  if (observes) return;
  observes = true;
  // Source: https://nodejs.org/api/diagnostics_channel.html#http (node:http), and of undici, which fetch is made of,
  // docs/docs/api/DiagnosticsChannel.md.
  for (const channel of ['http.client.request.start', 'undici:request:create']) {
    subscribe(channel, (message) => begin(property(message, 'request')));
  }
  for (const channel of ['http.client.request.error', 'undici:request:error']) {
    subscribe(channel, (message) => pending.delete(property(message, 'request')));
  }
  subscribe('http.client.response.finish', (message) => {
    pending.delete(property(message, 'request'));
    const headers = property(property(message, 'response'), 'headers');
    for (const name of HEADERS) keep(property(headers, name));
  });
  subscribe('undici:request:headers', (message) => {
    pending.delete(property(message, 'request'));
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

/** How many requests of this process with such a method, to an address that ends with the path, have no answer yet. */
export function countPendingRequests(method: string, path: string): number {
  return [...pending.values()].filter((one) => one.method === method && one.path.endsWith(path)).length;
}

function begin(request: unknown): void {
  const [method, path] = [property(request, 'method'), property(request, 'path')];
  if (typeof method !== 'string' || typeof path !== 'string') return;
  pending.set(request, { method, path: path.replace(/[?#].*/s, '') });
  const [oldest] = pending.keys();
  if (pending.size > KEPT) pending.delete(oldest);
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
