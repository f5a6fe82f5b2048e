// A failure page: a headline, then sections in a fixed order, at most 80 columns wide where values allow. Every verb's
// page is put together here from the same parts: what was expected and where, the closest event, the timeline, what was
// checked.

import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import type { Ranking } from '../expectation/near-miss.ts';
import type { Session } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { indent, joinSections, type Line, line, linesOf } from '../printing/line.ts';
import { choosePaint, type Paint } from '../printing/paint.ts';
import { checkedSection } from './checked.ts';
import { closestSection } from './closest.ts';
import { codeFrame, firstPlace, printPlace } from './code-frame.ts';
import { lookIntoDeadLetterQueue } from './dead-letter-queue.ts';
import { findInJournal } from './journal/findings.ts';
import { readJournal } from './journal/journal.ts';
import { keepPayload } from './payload.ts';
import { type Moment, printReceived, timelineLines } from './timeline.ts';

/** What a verb wants on its page. */
export interface PageOrder {
  readonly session: Session;
  readonly wait: Wait<never>;
  readonly headline: string;
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

/** Writes the page: the lines of an error's message. */
export async function writePage(order: PageOrder): Promise<readonly Line[]> {
  const { session, wait } = order;
  const paint = choosePaint();
  const received = session.recording.all();
  const excerpt = session.journal ? session.journal() : await readJournal(session.openedAt);
  const journal = await findInJournal(excerpt, order.missed?.expectation);
  const nearest = order.missed?.nearest[0];
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
  const closest = nearest && closestSection(nearest, session.openedAt, paint);
  const opened = new Date(session.openedAt).toISOString().slice(11, 23);
  const sections: (readonly Line[])[] = [
    await expectedSection(order, paint),
    closest?.lines ?? [],
    order.findings ?? [],
    [
      line`${paint.bold('Timeline')}   from ${opened} UTC on ${session.name}`,
      ...timelineLines(moments, session.openedAt),
    ],
    checkedSection(session, [...journal.findings, ...(await lookIntoDeadLetterQueue(session.deadLetterQueue))], paint),
    await payloadSection(order, closest?.isCut ? nearest?.received : undefined, paint),
  ];
  return joinSections(paint.bold(order.headline), sections);
}

/** Where the payloads are that had no room here. A replay writes nothing: it reads what has every payload. */
async function payloadSection({ session }: PageOrder, cut: Received | undefined, paint: Paint): Promise<Line[]> {
  const folder = process.env['EARWITNESS_REPORT'];
  if (folder) return [line`${paint.bold('Evidence')}   every payload, when the subscription is closed, in ${folder}`];
  if (!cut || session.journal) return [];
  const file = await keepPayload(cut.message);
  return file === undefined ? [] : [line`${paint.bold('Payload')}   the closest event, whole: ${file}`];
}

async function expectedSection({ wait, expectations }: PageOrder, paint: Paint): Promise<Line[]> {
  const place = firstPlace(wait.frames);
  const where = place ? line`   ${paint.dim(printPlace(place))}` : '';
  const lines = [line`${paint.bold('Expected')}   ${wait.title}${where}`];
  for (const { title, text } of expectations) {
    if (text !== wait.title && text !== title) lines.push(...indent(linesOf(text)));
    else if (title !== wait.title) lines.push(line`  ${title}`);
  }
  const frame = place ? await codeFrame(place, paint) : [];
  return frame.length > 0 ? [...lines, line``, ...frame] : lines;
}

/** `4 s`, `80 ms` */
export function duration(ms: number): string {
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000} s` : `${Math.round(ms)} ms`;
}
