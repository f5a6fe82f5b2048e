// A failure page: a headline, then sections in a fixed order, at most 80 columns wide where values allow. Every verb's
// page is put together here from the same parts: the culprit (what the local cloud knows, else the closest event), what
// was expected and where, the timeline, what was checked.

import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { NearMiss, Ranking } from '../expectation/near-miss.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { indent, joinSections, type Line, line, linesOf } from '../printing/line.ts';
import { choosePaint, type Paint } from '../printing/paint.ts';
import { causeSection } from './cause.ts';
import { checkedSection } from './checked.ts';
import { closestSection } from './closest.ts';
import { codeFrame, expectsNothing, firstPlace, isShownByRunner, printPlace, readCode } from './code-frame.ts';
import { lookIntoDeadLetterQueue } from './dead-letter-queue.ts';
import { consoleSection } from './journal/console.ts';
import { findInJournal } from './journal/findings.ts';
import { readJournal } from './journal/journal.ts';
import { marksOfTest } from './journal/test-marks.ts';
import { keepPayload } from './payload.ts';
import { type Moment, printReceived, timelineLines } from './timeline.ts';

/** What a verb wants on its page. */
export interface PageOrder {
  readonly session: Session;
  readonly wait: Wait<never>;
  readonly headline: (found: Culprit) => string;
  readonly expectations: readonly Expectation[];
  /** What did not come: its nearest miss is shown, and the journal is searched for it. */
  readonly missed?: Ranking;
  /** Marks behind received messages on the timeline. */
  readonly marks?: ReadonlyMap<Received, string>;
  /** What ended the wait, the timeline's last moment. */
  readonly end: { readonly at: number; readonly text: string };
  /** Lines of the verb's own, between the expectation and the timeline. */
  readonly findings?: readonly Line[];
}

/** What a headline may name. */
export interface Culprit {
  /** What the local cloud's journal has for a cause. */
  readonly cause: string | undefined;
  readonly closest: NearMiss | undefined;
}

/** Writes the page: the lines of an error's message. */
export async function writePage(order: PageOrder): Promise<readonly Line[]> {
  const { session, wait } = order;
  const paint = choosePaint();
  const received = session.recording.all();
  const [excerpt, look] = await Promise.all([
    session.journal ? session.journal() : readJournal(session.openedAt),
    lookIntoDeadLetterQueue(session.deadLetterQueue),
  ]);
  const journal = await findInJournal(excerpt, {
    test: marksOfTest(session, wait),
    isRecord: session.trustSilence,
    route: session.name,
    letters: look.letters,
    heard: order.missed?.nearest ?? [],
    ...(order.missed && { missed: order.missed.expectation }),
  });
  const { closest: nearest } = journal;
  const marks = new Map(order.marks);
  if (nearest && !marks.has(nearest.received)) marks.set(nearest.received, 'closest');
  const severalTopics = session.transports.length > 1;
  const moments: Moment[] = [
    { at: session.openedAt, text: 'subscribed' },
    ...received.map((one) => ({ at: one.receivedAt, text: printReceived(one, severalTopics), mark: marks.get(one) })),
    { at: wait.startedAt, text: `waiting for ${wait.title}` },
    ...journal.moments,
    order.end,
  ];
  const known = [...journal.findings, ...look.checks];
  const closest = nearest && closestSection(nearest, session.openedAt, paint);
  const opened = new Date(session.openedAt).toISOString().slice(11, 23);
  const culprit = journal.cause ? causeSection(journal.cause, paint) : (closest?.lines ?? []);
  const sections: (readonly Line[])[] = [
    culprit,
    await expectedSection(order, paint),
    journal.cause ? (closest?.lines ?? []) : [],
    order.findings ?? [],
    [
      line`${paint.bold('Timeline')}   from ${opened} UTC on ${session.name}`,
      ...timelineLines(moments, session.openedAt),
    ],
    checkedSection(
      session,
      { findings: excerpt || known.length > 0 ? known : undefined, hasCause: journal.cause?.isSure ?? false },
      paint,
    ),
    await payloadSection(order, closest?.isCut ? nearest?.received : undefined, paint),
    session.journal ? [] : await consoleSection(journal.place, paint),
  ];
  return joinSections(
    paint.bold(order.headline({ cause: journal.cause?.isSure ? journal.cause.headline : undefined, closest: nearest })),
    sections,
  );
}

/** Where the payloads are that had no room here. A replay writes nothing: it reads what has every payload. */
async function payloadSection({ session }: PageOrder, cut: Received | undefined, paint: Paint): Promise<Line[]> {
  const folder = process.env['EARWITNESS_REPORT'];
  if (folder) return [line`${paint.bold('Evidence')}   every payload, when the subscription is closed, in ${folder}`];
  if (!cut || session.journal) return [];
  const file = await keepPayload(cut.message);
  return file === undefined ? [] : [line`${paint.bold('Payload')}   the closest event, whole: ${file}`];
}

/** The test, what it awaits, and what it may have meant instead. */
async function expectedSection({ wait, expectations }: PageOrder, paint: Paint): Promise<Line[]> {
  const place = firstPlace(wait.frames);
  const where = place ? printPlace(place) : '';
  const lines =
    wait.test?.title === undefined
      ? [line`${paint.bold('Expected')}   ${wait.title}${where && line`   ${paint.dim(where)}`}`]
      : [...testLines(wait.test.title, where, paint), line`${paint.bold('Expected')}   ${wait.title}`];
  for (const { title, text } of expectations) {
    if (text !== wait.title && text !== title) lines.push(...indent(linesOf(text)));
    else if (title !== wait.title) lines.push(line`  ${title}`);
  }
  if (wait.cutBy) lines.push(...cutLines(wait.cutBy, paint));
  const code = place ? await readCode(place.file) : undefined;
  if (!place || !code) return lines;
  if (expectsNothing(code, place)) lines.push(...nothingLines(paint));
  const frame = isShownByRunner() ? [] : codeFrame(code, place, paint);
  return frame.length > 0 ? [...lines, line``, ...frame] : lines;
}

/** The title of the test, and its line. */
function testLines(title: string, where: string, paint: Paint): Line[] {
  const [first = '', ...rest] = wrapWords(showControls(title), TEST_COLUMNS);
  const last = rest.at(-1) ?? first;
  const lines = [line`${paint.bold('Test')}       ${first}`, ...rest.map((text) => line`           ${text}`)];
  if (where === '') return lines;
  if (last.length + 3 + where.length > TEST_COLUMNS) return [...lines, line`           ${paint.dim(where)}`];
  return [...lines.slice(0, -1), line`${lines.at(-1) ?? ''}   ${paint.dim(where)}`];
}

/** Of a page, without its indentation and the label. */
const TEST_COLUMNS = 80 - 2 - 11;

/** The runner's limit, not the wait's own, ended it. */
function cutLines({ testMs, timeoutMs }: NonNullable<Wait<never>['cutBy']>, paint: Paint): Line[] {
  const limit = testMs === undefined ? 'the end of its test' : `its test's own limit of ${duration(testMs)}`;
  return [
    line`${paint.yellow('!')} ended before its ${duration(timeoutMs)} were over, by ${limit}:`,
    line`  give the test more time, or the wait less`,
  ];
}

/** A helper before this kit returned null when nothing came. */
function nothingLines(paint: Paint): Line[] {
  return [
    line`${paint.yellow('!')} the test expects null for nothing: a wait rejects. To expect nothing,`,
    line`  await events.expectNone(…)`,
  ];
}

/** `4 s`, `80 ms` */
export function duration(ms: number): string {
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000} s` : `${Math.round(ms)} ms`;
}
