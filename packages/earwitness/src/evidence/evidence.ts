// Evidence of a run: what was heard, what was awaited and how it ended, and, beside a local cloud, every fact of its journal. One
// NDJSON file for each test file, to be read by programs, and one HTML page made of it, to be looked at; both without secrets.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { redact } from '../expectation/print.ts';
import type { Ear } from '../hearing/ear.ts';
import type { Wait } from '../hearing/wait.ts';
import { firstPlace } from '../page/code-frame.ts';
import { readJournal } from '../page/journal.ts';
import { renderPage } from './page.ts';

/** One line of the NDJSON file. Times are epoch ms. */
export type Evidence =
  | { readonly kind: 'subscription'; readonly at: number; readonly transport: string; readonly roadMs?: number }
  | { readonly kind: 'item'; readonly at: number; readonly sizeBytes: number; readonly message: unknown }
  | {
      readonly kind: 'wait';
      readonly at: number;
      readonly endedAt: number;
      readonly title: string;
      /** `met`, or the error's name. */
      readonly outcome: string;
      /** `test/orders.test.ts:31` */
      readonly place?: string;
      readonly page?: string;
    }
  | { readonly kind: 'fact'; readonly at: number; readonly fact: Fact };

/** Adds a closed subscription's evidence to the files of its test. */
export async function writeEvidence(folder: string, ear: Ear, waits: readonly Wait<unknown>[]): Promise<void> {
  const name = testName(waits);
  const lines = [...gather(ear, waits), ...(await journalOf(ear))].sort((one, other) => one.at - other.at);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.ndjson`);
  await appendFile(file, lines.map((line) => `${JSON.stringify(redact(line))}\n`).join(''));
  const all = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(
    join(folder, `${name}.html`),
    renderPage(
      name,
      all.map((line) => JSON.parse(line) as Evidence),
    ),
  );
}

function gather(ear: Ear, waits: readonly Wait<unknown>[]): Evidence[] {
  const { openedAt, recording, roadMs, transport } = ear;
  return [
    { kind: 'subscription', at: openedAt, transport: transport.name, ...(roadMs === undefined ? {} : { roadMs }) },
    ...recording
      .all()
      .map(({ message, receivedAt, sizeBytes }): Evidence => ({ kind: 'item', at: receivedAt, sizeBytes, message })),
    ...waits.map((wait): Evidence => {
      const { error, frames, met, startedAt, title } = wait;
      const place = firstPlace(frames);
      return {
        kind: 'wait',
        at: startedAt,
        endedAt: wait.endedAt ?? ear.clock.now(),
        title,
        outcome: met ? 'met' : error instanceof Error ? error.name : 'open',
        ...(place ? { place: `${relative(process.cwd(), place.file)}:${place.line}` } : {}),
        ...(error instanceof Error ? { page: error.message } : {}),
      };
    }),
  ];
}

async function journalOf(ear: Ear): Promise<Evidence[]> {
  const facts = (await readJournal(ear.openedAt)) ?? [];
  return facts.map((fact) => ({ kind: 'fact', at: fact.at, fact }));
}

/** `test-orders.test.ts`: the file that waited first; `subscription` when nobody did. */
function testName(waits: readonly Wait<unknown>[]): string {
  for (const { frames } of waits) {
    const place = firstPlace(frames);
    if (place)
      return relative(process.cwd(), place.file)
        .replaceAll(/[^\w.-]+/g, '-')
        .replace(/^-+/, '');
  }
  return 'subscription';
}
