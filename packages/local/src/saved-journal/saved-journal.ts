// A saved journal as the console shows it: the same page, and those requests of the admin API that read, answered from
// a file. Nothing runs here, so nothing can be done; what would is refused with a sentence that the page shows.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type JournalEnd,
  parseSavedJournal,
  type SavedJournal,
} from '@earwitness/protocol/internal/admin/saved-journal';
import { createConsoleDoor } from '../http/admin/console-door.ts';
import { Refused } from '../http/admin/refused.ts';
import { readNumber } from '../http/admin/request-values.ts';
import { sendJson, targetOf } from '../http/door.ts';
import { createGuard } from '../http/guard.ts';
import { ownEntry } from '../own-entry.ts';

const HOST = '127.0.0.1';

/** Ours: what is written at once. */
const BATCH_FACTS = 200;

const NOTHING_RUNS = 'This is a saved journal: what happened can be looked at, and nothing can be done here.';

/** What is shown, and where. */
export interface SavedJournalOptions {
  /** What the file says: `parseSavedJournal` tells its form. */
  readonly text: string;
  /** Path of the console's page. */
  readonly console: string | URL;
  /** Default 0: any free one. */
  readonly port?: number;
}

/** A saved journal that is served. */
export interface ServedJournal extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the console is at `/_earwitness`. */
  readonly url: string;
  /** How many facts the file has. */
  readonly facts: number;
  /** Lines of the file that could not be read. */
  readonly unreadable: number;
  /** Stops listening and gives back every handle. */
  close(): Promise<void>;
}

/**
 * Serves the console with what a file says, on this machine alone.
 * @throws InvalidJournalError when the text is no saved journal; Error of the system when the port is taken
 */
export async function serveSavedJournal({ text, console, port = 0 }: SavedJournalOptions): Promise<ServedJournal> {
  const journal = parseSavedJournal(text);
  const { facts, unreadable, beginning, end } = journal;
  const guard = createGuard({ host: HOST, hosts: [], origins: [] });
  const page = createConsoleDoor({
    file: console,
    savedAt: end?.at ?? facts.at(-1)?.at ?? beginning.at,
    overview: async () => `${NOTHING_RUNS}\n`,
  });
  const answers = answersFrom(journal);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const isPage = page.accepts(request);
    const reason = guard.findRefusal(request.headers, isPage ? page.pages : 'trusted');
    if (reason !== undefined) return sendJson(response, 403, { error: reason });
    if (isPage) return page.handle(request, response);
    const { path, query } = targetOf(request);
    const known = request.method === 'GET' ? ownEntry(answers, path) : undefined;
    if (!known) return sendJson(response, 403, { error: NOTHING_RUNS, message: NOTHING_RUNS });
    try {
      known(new URLSearchParams(query), response);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      sendJson(response, error.status, { error: error.message });
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    // What listens on a port has such an address.
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    facts: facts.length,
    unreadable,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Answer = (query: URLSearchParams, response: ServerResponse) => void;

function answersFrom({ beginning, facts, end }: SavedJournal): Readonly<Record<string, Answer>> {
  const { map, state, queues, at }: Omit<JournalEnd, 'kind'> = end ?? {
    at: facts.at(-1)?.at ?? beginning.at,
    map: { nodes: [], edges: [] },
    state: { queues: [] },
    queues: [],
  };
  const after = (query: URLSearchParams) => {
    const number = readNumber(query, 'after', 'a number of facts') ?? 0;
    const first = facts.findIndex(({ seq }) => seq > number);
    return first < 0 ? facts.length : first;
  };
  return {
    '/_earwitness/health': (_query, response) => sendJson(response, 200, { status: 'saved', services: [] }),
    '/_earwitness/clock': (_query, response) => sendJson(response, 200, { now: at }),
    '/_earwitness/state'(_query, response) {
      sendJson(response, 200, { now: at, stacks: [], buses: [], functions: [], queues: state.queues });
    },
    '/_earwitness/map': (_query, response) => sendJson(response, 200, map),
    '/_earwitness/faults': (_query, response) => sendJson(response, 200, { faults: [] }),
    '/_earwitness/queues/messages'(query, response) {
      const queue = query.get('queue') ?? '';
      const saved = queues.find((one) => one.queue === queue);
      sendJson(response, 200, saved === undefined ? { queue, messages: [] } : { queue, messages: saved.messages });
    },
    '/_earwitness/journal'(query, response) {
      const first = after(query);
      const limit = readNumber(query, 'limit', 'a number of facts') ?? facts.length;
      sendJson(response, 200, {
        oldest: facts[0]?.seq ?? 1,
        newest: facts.at(-1)?.seq ?? 0,
        facts: facts.slice(first, first + limit),
      });
    },
    '/_earwitness/journal/stream'(query, response) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      response.flushHeaders();
      let next = after(query);
      const pump = () => {
        while (next < facts.length && !response.destroyed) {
          const batch = facts.slice(next, next + BATCH_FACTS);
          next += batch.length;
          if (response.write(batch.map((fact) => `${JSON.stringify(fact)}\n`).join(''))) continue;
          response.once('drain', pump);
          return;
        }
        // It stays open: to the page this is a cloud in which nothing happens any more.
      };
      pump();
    },
  };
}
