// The admin API under /_earwitness/: health, what there is, the environment that clients need, the journal (a page of
// it, or all of it as it grows), the clock, events of any source, reset. It is for programs on this machine. Beside the
// guard, what changes something has to carry a header that no form can send: some browsers and extensions leave out the
// origin by which the guard would know a page.
import type { IncomingHttpHeaders } from 'node:http';
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { CloudNodes } from '@earwitness/protocol/internal/admin/cloud-nodes';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { MockedResults } from '@earwitness/protocol/internal/admin/mocked-results';
import type { MovableClock } from '../clock/clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { Journal } from '../journal/journal.ts';
import { ownEntry } from '../own-entry.ts';
import { createConsoleDoor } from './admin/console-door.ts';
import { type Emit, sendEvents } from './admin/events-request.ts';
import { takeFault } from './admin/fault-request.ts';
import { overviewText } from './admin/overview.ts';
import { type Queues, showMessages } from './admin/queue-request.ts';
import { Refused } from './admin/refused.ts';
import { readFlag, readMilliseconds, readNumber, readReset } from './admin/request-values.ts';
import { takeTaskResults } from './admin/task-results-request.ts';
import { BodyTooLarge, readBody } from './body.ts';
import { type Door, type HttpRequest, type HttpResponse, sendJson } from './door.ts';
import { streamJournal } from './journal-stream.ts';

export interface AdminOptions {
  /** Path of the console's page; absent where there is none. */
  readonly console: string | URL | undefined;
  readonly journal: Journal;
  readonly clock: MovableClock;
  /** Names of the services that run. */
  readonly services: readonly string[];
  /** The variables by which the sender of these headers finds this cloud, stack outputs included. */
  environment(headers: IncomingHttpHeaders): Promise<Readonly<Record<string, string>>>;
  nodes(): Promise<CloudNodes>;
  state(): Promise<CloudState>;
  readonly lookAt: Queues['lookAt'];
  map(): Promise<CloudMap>;
  readonly faults: Faults;
  readonly emit: Emit;
  /** What tests say that tasks of state machines answer. */
  taskResults(): Promise<MockedResults>;
  mockTasks(results: MockedResults): Promise<void>;
  reset(): Promise<void>;
  /** The same, but what was made stays. */
  purge(): Promise<void>;
}

/** Ours. */
const MAX_BODY_BYTES = 64 * 1024;
/** Epoch ms of the last moment that a Date can tell. Source: ECMA-262, "Time Values and Time Range". */
const LAST_DATE = 8_640_000_000_000_000;

/** What is answered while other nodes, or what they share, cannot be reached. */
const APART = /\/(health|nodes|clock|journal|journal\/stream)(\?|$)/;

/** Ours: facts in one answer when the caller names no limit, and at most. */
const PAGE_FACTS = 1000;
const MAX_PAGE_FACTS = 10_000;
/** Ours: bytes of facts in one answer, unless the first is larger. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** What a route answers: JSON, or nothing more because it writes by itself. */
type Answer = { readonly status: number; readonly body: unknown } | undefined;

interface Route {
  /** What it is for, in a few words. */
  readonly about: string;
  answer(query: URLSearchParams, request: HttpRequest, response: HttpResponse): Answer | Promise<Answer>;
}

/** The doors of the admin API, the console's first. */
export function createAdminDoors(options: AdminOptions): readonly Door[] {
  const { journal, clock, services } = options;

  const routes: Readonly<Record<string, Route>> = {
    'GET /_earwitness/health': {
      about: 'which services run',
      answer: () => ok({ status: 'running', services, ...(options.console && { console: true }) }),
    },
    'GET /_localstack/health': {
      about: 'the same, for tools that know LocalStack and ask before they start',
      answer: () =>
        ok({ services: Object.fromEntries(services.map((name) => [name, 'running'])), edition: 'earwitness' }),
    },
    'GET /_earwitness/state': {
      about: 'what there is: stacks, buses, queues, functions',
      answer: async () => ok(await options.state()),
    },
    'GET /_earwitness/nodes': {
      about: 'the nodes of this cloud, and the streams in which its state stands',
      answer: async () => ok(await options.nodes()),
    },
    'GET /_earwitness/map': {
      about: 'what is connected with what: APIs, functions, buses, rules, queues',
      answer: async () => ok(await options.map()),
    },
    'GET /_earwitness/queues/messages': {
      about: 'what lies in a queue, without receiving it: ?queue=ARN&after=&limit=',
      answer: async (query) => ok(await showMessages(query, options)),
    },
    'GET /_earwitness/env': {
      about: 'the variables by which clients find this cloud',
      answer: async (_query, { headers }) => ok(await options.environment(headers)),
    },
    'GET /_earwitness/journal': {
      about: 'what happened, fact by fact: ?after=&since=&limit=',
      answer(query) {
        const after = readNumber(query, 'after', 'a number of facts') ?? 0;
        const since = readNumber(query, 'since', 'a moment in epoch milliseconds') ?? 0;
        const limit = Math.min(readNumber(query, 'limit', 'a number of facts') ?? PAGE_FACTS, MAX_PAGE_FACTS);
        const { oldest, newest, dropped, limits, advancedMs } = journal;
        const facts = journal.read({ after, since, limit, maxBytes: MAX_PAGE_BYTES });
        return ok({ oldest, newest, dropped, limits, advancedMs, facts });
      },
    },
    'GET /_earwitness/journal/stream': {
      about: 'the same as it happens, a fact a line: ?after=&watch=',
      answer(query, _request, response) {
        const after = readNumber(query, 'after', 'a number of facts') ?? 0;
        streamJournal({ journal, clock, after, isWatching: readFlag(query, 'watch') }, response);
        return undefined;
      },
    },
    'GET /_earwitness/clock': {
      about: 'the time, epoch ms',
      answer: () => ok({ now: clock.now() }),
    },
    'POST /_earwitness/clock/advance': {
      about: '{"ms":n} moves the time on',
      async answer(_query, request) {
        const ms = readMilliseconds(await readBody(request, MAX_BODY_BYTES));
        if (clock.now() + ms > LAST_DATE) {
          throw new Refused(400, `The clock goes to the year 275760; ${ms} ms from now is beyond that.`);
        }
        await clock.advance(ms);
        return ok({ now: clock.now() });
      },
    },
    'POST /_earwitness/events': {
      about: 'puts an event of any source, or an array of them',
      answer: async (_query, request) => ok(await sendEvents(request, options.emit)),
    },
    'GET /_earwitness/faults': {
      about: 'what stands before destinations, so that they do not answer as they should',
      answer: () => ok({ faults: options.faults.list() }),
    },
    'POST /_earwitness/faults': {
      about: '{"target":name,"fault":{"status":503},"times":3} breaks a destination; fault null mends it',
      answer: async (_query, request) => ok(await takeFault(request, options)),
    },
    'GET /_earwitness/task-results': {
      about: 'what tests say that tasks of state machines answer',
      answer: async () => ok(await options.taskResults()),
    },
    'POST /_earwitness/task-results': {
      about: 'says what tasks of state machines answer, by state; they are not called then',
      answer: async (_query, request) => ok(await takeTaskResults(request, options.mockTasks)),
    },
    'POST /_earwitness/reset': {
      about: 'forgets everything; {"keepStacks":true}: what tests left behind',
      async answer(_query, request) {
        const { keepStacks } = readReset(await readBody(request, MAX_BODY_BYTES));
        await (keepStacks ? options.purge() : options.reset());
        return ok({});
      },
    },
  };

  async function overview(): Promise<string> {
    const requests = Object.entries(routes).map(([name, { about }]) => {
      const [method = '', path = ''] = name.split(' ');
      return { method, path, about };
    });
    return overviewText(await options.state(), requests);
  }

  async function answer(request: HttpRequest, response: HttpResponse): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = ownEntry(routes, `${request.method} ${pathname}`);
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
    return route.answer(searchParams, request, response);
  }

  const door: Door = {
    name: 'admin',
    pages: 'trusted',
    accepts: ({ url = '' }) => /^\/_earwitness([/?]|$)/.test(url) || url === '/_localstack/health',
    isApart: ({ url = '' }) => APART.test(url),
    refuse: (_request, response, { status, reason }) => sendJson(response, status, { error: reason }),
    async handle(request, response) {
      let answered: Answer;
      try {
        answered = await answer(request, response);
      } catch (error) {
        const status = error instanceof BodyTooLarge ? 413 : error instanceof Refused ? error.status : undefined;
        if (status === undefined || !(error instanceof Error)) throw error;
        answered = { status, body: { error: error.message } };
      }
      if (answered) sendJson(response, answered.status, answered.body);
    },
  };
  return [createConsoleDoor({ file: options.console, overview }), door];
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function isDeliberate({ headers }: HttpRequest): boolean {
  return headers['x-earwitness'] !== undefined || headers['content-type']?.startsWith('application/json') === true;
}
