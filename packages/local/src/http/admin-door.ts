// The admin API under /_earwitness/: health, the environment that clients need, the journal (a page of it, or all of it as it grows), the clock, reset.
// It is for programs on this machine. Beside the guard, what changes something has to carry a header that no form can send: some
// browsers and extensions leave out the origin by which the guard would know a page.
import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { MovableClock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import { readBody } from './body.ts';
import { type Door, type HttpRequest, type HttpResponse, sendJson } from './door.ts';

export interface AdminOptions {
  readonly journal: Journal;
  readonly clock: MovableClock;
  /** Names of the services that run. */
  readonly services: readonly string[];
  /** The variables by which whoever sent these headers finds this cloud, stack outputs included. */
  environment(headers: IncomingHttpHeaders): Promise<Readonly<Record<string, string>>>;
  reset(): Promise<void>;
}

/** Ours. */
const MAX_BODY_BYTES = 64 * 1024;
/** Ours: facts in one answer when the caller names no limit, and at most. */
const PAGE_FACTS = 1000;
const MAX_PAGE_FACTS = 10_000;

/** What a route answers: JSON, or nothing more because it writes by itself. */
type Answer = { readonly status: number; readonly body: unknown } | undefined;

type Route = (query: URLSearchParams, request: HttpRequest, response: HttpResponse) => Answer | Promise<Answer>;

/** A request that cannot be answered as it is asked. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

export function createAdminDoor(options: AdminOptions): Door {
  const { journal, clock, services, environment, reset } = options;

  const routes: Readonly<Record<string, Route>> = {
    'GET /_earwitness/health': () => ok({ status: 'running', services }),
    // What tools that know LocalStack ask before they start.
    'GET /_localstack/health': () =>
      ok({ services: Object.fromEntries(services.map((name) => [name, 'running'])), edition: 'earwitness' }),
    'GET /_earwitness/env': async (_query, { headers }) => ok(await environment(headers)),
    'GET /_earwitness/journal': (query) => {
      const after = readCount(query, 'after', 0);
      const limit = Math.min(readCount(query, 'limit', PAGE_FACTS), MAX_PAGE_FACTS);
      return ok({ oldest: journal.oldest, facts: journal.read({ after, limit }) });
    },
    'GET /_earwitness/journal/stream': (query, _request, response) => {
      streamJournal(journal, readCount(query, 'after', 0), response);
      return undefined;
    },
    'GET /_earwitness/clock': () => ok({ now: clock.now() }),
    'POST /_earwitness/clock/advance': async (_query, request) => {
      await clock.advance(readMilliseconds(await readBody(request, MAX_BODY_BYTES)));
      return ok({ now: clock.now() });
    },
    'POST /_earwitness/reset': async () => {
      await reset();
      return ok({});
    },
  };

  async function answer(request: HttpRequest, response: HttpResponse): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = routes[`${request.method} ${pathname}`];
    if (!route) {
      const known = Object.keys(routes).join(', ');
      throw new Refused(404, `There is no ${request.method} ${pathname}. There is: ${known}.`);
    }
    if (request.method !== 'GET' && !isDeliberate(request)) {
      throw new Refused(
        403,
        'What changes something needs the header x-earwitness: 1, or content-type: application/json.',
      );
    }
    return route(searchParams, request, response);
  }

  return {
    name: 'admin',
    pages: 'trusted',
    accepts: ({ url = '' }) => url.startsWith('/_earwitness/') || url === '/_localstack/health',
    refuse: (_request, response, reason) => sendJson(response, 403, { error: reason }),
    async handle(request, response) {
      let answered: Answer;
      try {
        answered = await answer(request, response);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        answered = { status: error.status, body: { error: error.message } };
      }
      if (answered) sendJson(response, answered.status, answered.body);
    },
  };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function isDeliberate({ headers }: HttpRequest): boolean {
  return headers['x-earwitness'] !== undefined || headers['content-type']?.startsWith('application/json') === true;
}

function readCount(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,15}$/.test(text)) throw new Refused(400, `${name} is a number of facts, not '${text}'.`);
  return Number(text);
}

function readMilliseconds(body: Buffer): number {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    parsed = undefined;
  }
  const ms = parsed !== null && typeof parsed === 'object' && 'ms' in parsed ? parsed.ms : undefined;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
    throw new Refused(400, 'The body is {"ms": n}: by how many milliseconds, zero or more, the clock is to move on.');
  }
  return ms;
}

// One fact a line: those after `after`, then each as it is written. The journal itself is the buffer: a reader who is slow costs
// nothing more, and one who is slower than the journal forgets sees the gap in the numbers.
function streamJournal(journal: Journal, after: number, response: HttpResponse): void {
  const BATCH_FACTS = 200;
  let cursor = after;
  let state: 'idle' | 'due' | 'blocked' = 'idle';
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // HTTP/2 sends them at once; HTTP/1.1 would wait for the first fact.
  if ('flushHeaders' in response) response.flushHeaders();
  const out: Writable = response;

  const pump = () => {
    state = 'idle';
    for (let facts = next(); facts.length > 0; facts = next()) {
      cursor = facts.at(-1)?.seq ?? cursor;
      const lines = facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
      if (out.destroyed) return;
      if (out.write(lines)) continue;
      state = 'blocked';
      out.once('drain', pump);
      return;
    }
  };
  const next = (): Fact[] => journal.read({ after: cursor, limit: BATCH_FACTS });
  const stop = journal.listen(() => {
    if (state !== 'idle') return;
    state = 'due';
    setImmediate(pump);
  });
  out.once('close', stop);
  pump();
}
