// The journal as a stream: one fact a line, those after a number, then each as it is written. The journal itself is the
// buffer, so a reader who is slow costs one batch. One who is slower than the journal drops facts gets a line that says
// which it missed.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import type { Clock } from '../clock/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { type HttpResponse, isGone, writePiece } from './door.ts';

/** Ours: what is written at once. */
const BATCH_FACTS = 200;
const BATCH_BYTES = 1024 * 1024;

export interface JournalStream {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Number of the last fact that the reader has. */
  readonly after: number;
  /** The reader is a person's: what is written down for lookers-on alone is, too, for as long as it reads. */
  readonly isWatching: boolean;
}

/** Answers with the stream; it ends when the reader goes away. */
export function streamJournal({ journal, clock, after, isWatching }: JournalStream, response: HttpResponse): void {
  let cursor = after;
  let state: 'idle' | 'due' | 'blocked' = 'idle';
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  // HTTP/2 sends them at once; HTTP/1.1 would wait for the first fact.
  if ('flushHeaders' in response) response.flushHeaders();

  const pump = () => {
    state = 'idle';
    for (let facts = next(); facts.length > 0; facts = next()) {
      cursor = facts.at(-1)?.seq ?? cursor;
      const lines = facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
      if (isGone(response)) return;
      if (writePiece(response, lines)) continue;
      state = 'blocked';
      response.once('drain', pump);
      return;
    }
  };
  const next = (): Fact[] => {
    const facts = journal.read({ after: cursor, limit: BATCH_FACTS, maxBytes: BATCH_BYTES });
    const lastMissed = journal.oldest - 1;
    // What a reset cleared was forgotten on purpose and is not missed.
    if (lastMissed <= cursor || journal.dropped.facts === 0) return facts;
    const at = facts[0]?.at ?? clock.preciseNow();
    return [{ seq: lastMissed, at, kind: 'journal.skipped', firstMissed: cursor + 1, lastMissed }, ...facts];
  };
  const stop = journal.listen(() => {
    if (state !== 'idle') return;
    state = 'due';
    setImmediate(pump);
  });
  const leave = isWatching ? journal.watch() : undefined;
  response.once('close', () => {
    stop();
    leave?.();
  });
  pump();
}
