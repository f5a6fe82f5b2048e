// The cloud's clock, which may be ahead of the reader's own: a test has advanced it.
import { signal } from '@preact/signals';
import { get } from '../../admin.ts';
import { onFacts } from '../../journal/live.ts';
import { durationText } from '../../parts/text.ts';
import { pageNow, wait } from '../../time.ts';

/** By how many ms the cloud is ahead of this page. */
const ahead = signal<number | undefined>(undefined);
const now = signal(0);

/** Reads the clock, and again whenever it was advanced, until the returned function is called. */
export function followClock(): () => void {
  const end = new AbortController();
  const read = async () => {
    try {
      const answer = await get<{ readonly now: number }>('clock');
      ahead.value = answer.now - pageNow();
    } catch {
      // The connection's state says it.
    }
  };
  const tick = async () => {
    while (!end.signal.aborted) {
      now.value = pageNow();
      await wait(1000, end.signal);
    }
  };
  void read();
  void tick();
  const stop = onFacts({
    take(facts) {
      if (facts.some(({ kind }) => kind === 'clock.advanced')) void read();
    },
    forget: () => void read(),
  });
  return () => {
    end.abort();
    stop();
  };
}

/** How long it is until then. */
export function DueIn({ at }: { readonly at: number }) {
  if (ahead.value === undefined) return null;
  const ms = at - (now.value + ahead.value);
  return (
    <span class="due">{ms > 0 ? `in ${durationText(Math.ceil(ms / 1000) * 1000)} by the cloud's clock` : 'now'}</span>
  );
}
