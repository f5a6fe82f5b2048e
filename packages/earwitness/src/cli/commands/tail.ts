// `earwitness tail`: what happens in a running local cloud, from now on: each event's journey as it comes to rest, or
// every fact.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { wallClock } from '../../hearing/clock.ts';
import { describeGap } from '../../hearing/journal-excerpt.ts';
import { createJourneyPrinter, type JourneyPrinter } from '../../journeys/printer.ts';
import { readFacts } from '../../page/journal/journal.ts';
import { line } from '../../printing/line.ts';
import { request, textLines } from '../../request.ts';
import { adminUrl, commandAt, TAIL_ALL } from '../cloud-options.ts';
import { paint, print, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface TailOptions {
  readonly port?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly logs?: boolean;
}

/** Resolves when Ctrl-C (or SIGTERM) has ended it. @throws UsageError when no local cloud answers. */
export async function tail({ port, all = false, json = false, logs = false }: TailOptions): Promise<void> {
  const url = adminUrl(port);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const printer = json ? JSON_PRINTER : createPrinter({ all, logs, port });
  try {
    const { facts: past, gap } = await readFacts(url, { signal: stopping.signal });
    const stream = await request(`${url}/journal/stream?after=${past.at(-1)?.seq ?? 0}`, { signal: stopping.signal });
    if (all && gap) note(describeGap(gap));
    for (const fact of past) (all ? printer.take : printer.takePast)(fact);
    note(`listening to ${url}; Ctrl-C stops`);
    for await (const text of textLines(stream)) printer.take(JSON.parse(text) as Fact);
  } catch (cause) {
    if (stopping.signal.aborted) return;
    throw new UsageError(
      `no local cloud answers at ${url}, or it has stopped. Start one with 'earwitness dev', or name its --port.`,
      { cause },
    );
  } finally {
    printer.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

// A line shows its controls as JSON would write them: what programs read says the same.
const JSON_PRINTER: JourneyPrinter = {
  take: (fact) => print(line`${JSON.stringify(fact)}`),
  takePast() {},
  close() {},
};

/** Prints every journey with `all`, else no more at a time than a person can read. */
function createPrinter({ all, logs, port }: { all: boolean; logs: boolean; port: string | undefined }): JourneyPrinter {
  return createJourneyPrinter({
    print,
    paint,
    clock: wallClock,
    columns: process.stdout.columns || 80,
    folder: process.cwd(),
    logs,
    ...(all && { mostPerSecond: Number.POSITIVE_INFINITY }),
    showAll: commandAt(TAIL_ALL, port),
  });
}

function note(text: string): void {
  say(paint.dim(text));
}
