// Follows the cloud's journal: facts as they come, in small portions, for as long as the page is open. When the
// connection ends (the cloud was restarted, the laptop slept), it goes on after the last fact it has, or from the
// beginning where that is another cloud's by now.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { isFact } from '@earwitness/protocol/internal/journal/kinds';
import { Slice, wait } from '../time.ts';

/** Ours: ms until the next attempt at a connection. */
const RETRY_MS = 1000;

/** `asleep`: nothing comes because there is no connection. */
export type Connection = 'connecting' | 'open' | 'asleep';

export interface Read {
  readonly fact: Fact;
  /** How long its line is. */
  readonly bytes: number;
}

export interface Reader {
  /** Throws nothing: what it cannot take, it passes over. */
  take(facts: readonly Read[]): void;
  /** A line is no fact. */
  passOver(): void;
  /** What was there is of another cloud, or was forgotten: a reset. */
  forget(): void;
  connection(state: Connection): void;
}

/** Resolves when `signal` ends it. */
export async function followJournal(reader: Reader, signal: AbortSignal): Promise<void> {
  let last: Fact | undefined;
  const take = (facts: readonly Read[]) => {
    last = facts.at(-1)?.fact ?? last;
    if (facts.length > 0) reader.take(facts);
  };
  while (!signal.aborted) {
    reader.connection('connecting');
    try {
      if (last !== undefined && !(await isSameCloud(last, signal))) {
        reader.forget();
        last = undefined;
      }
      await readStream(
        last?.seq ?? 0,
        { open: () => reader.connection('open'), take, passOver: () => reader.passOver() },
        signal,
      );
    } catch {
      // Said by the state of the connection; the next attempt tells more than any message.
    }
    reader.connection('asleep');
    await wait(RETRY_MS, signal);
  }
}

/** A cloud that was started anew counts from 1: its fact of the same number is another one. */
async function isSameCloud(last: Fact, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`/_earwitness/journal?after=${last.seq - 1}&limit=1`, { signal });
  const { newest, facts } = (await response.json()) as { readonly newest: number; readonly facts: readonly Fact[] };
  const [same] = facts;
  return newest >= last.seq && (same?.seq !== last.seq || same.at === last.at);
}

async function readStream(
  after: number,
  { open, take, passOver }: Pick<Reader, 'take' | 'passOver'> & { open(): void },
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`/_earwitness/journal/stream?after=${after}&watch=true`, { signal });
  if (!response.ok || response.body === null) return;
  open();
  const slice = new Slice();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = `${rest}${read.value}`.split('\n');
    rest = lines.pop() ?? '';
    let facts: Read[] = [];
    for (const line of lines) {
      const fact = factIn(line);
      if (fact) facts.push({ fact, bytes: line.length });
      else passOver();
      if (!slice.isUsedUp) continue;
      take(facts);
      facts = [];
      await slice.rest();
    }
    take(facts);
  }
}

function factIn(line: string): Fact | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFact(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
