// The page of a wait whose message did not come in time: never, or too late.
import type { Ear } from '../ear.ts';
import { EventNotReceivedError } from '../errors.ts';
import type { Received } from '../event.ts';
import type { Expectation } from '../expectation/expectation.ts';
import { type NearMiss, rankNearMisses } from '../expectation/near-miss.ts';
import type { Wait } from '../wait.ts';
import { closestSection, countDifferences } from './closest.ts';
import { codeFrame, firstPlace, printPlace } from './code-frame.ts';
import { choosePaint, type Paint } from './paint.ts';
import { elapsed, type Moment, printReceived, timelineLines } from './timeline.ts';

/** What the page is about. */
export interface Missed {
  readonly ear: Ear;
  readonly wait: Wait<unknown>;
  readonly expectation: Expectation;
  /** The match that came after the deadline. */
  readonly late?: Received;
}

/** Writes the page. */
export async function missedError({ ear, wait, expectation, late }: Missed): Promise<EventNotReceivedError> {
  const paint = choosePaint();
  const received = ear.recording.all();
  const nearest = rankNearMisses(expectation, received);
  const sections = [
    [headline(wait, nearest, late)],
    await expectedSection(expectation, wait, paint),
    nearest[0] && !late ? closestSection(nearest[0], ear.openedAt, paint) : [],
    timelineSection({ ear, wait, received, nearest, late }, paint),
  ];
  const body = sections.slice(1).filter((lines) => lines.length > 0);
  const page = [sections[0]?.join('\n'), ...body.map((lines) => lines.map((line) => `  ${line}`.trimEnd()).join('\n'))];
  return new EventNotReceivedError(page.join('\n\n'), {
    frames: wait.site.frames,
    received: nearest.map(({ received: { message } }) => message),
  });
}

function headline(wait: Wait<unknown>, nearest: readonly NearMiss[], late: Received | undefined): string {
  const limit = seconds(wait.timeoutMs);
  if (late) {
    const byMs = Math.ceil(late.receivedAt - wait.startedAt - wait.timeoutMs);
    return `${wait.title} came too late: ${byMs} ms after the ${limit} were over`;
  }
  const [closest] = nearest;
  if (!closest) return `no event arrived within ${limit}, so ${wait.title} could not match`;
  return `no event matched within ${limit}: ${nearest.length} received, ${countDifferences(closest)}`;
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

async function expectedSection(expectation: Expectation, wait: Wait<unknown>, paint: Paint): Promise<string[]> {
  const place = firstPlace(wait.site.frames);
  const title = `${paint.bold('Expected')}   ${expectation.title}${place ? `   ${paint.dim(printPlace(place))}` : ''}`;
  const text = expectation.text === expectation.title ? [] : expectation.text.split('\n').map((line) => `  ${line}`);
  const frame = place ? await codeFrame(place, paint) : [];
  return [title, ...text, ...(frame.length > 0 ? ['', ...frame] : [])];
}

interface TimelineOf {
  readonly ear: Ear;
  readonly wait: Wait<unknown>;
  readonly received: readonly Received[];
  readonly nearest: readonly NearMiss[];
  readonly late: Received | undefined;
}

function timelineSection({ ear, wait, received, nearest, late }: TimelineOf, paint: Paint): string[] {
  const closest = nearest[0]?.received;
  const moments: Moment[] = [
    { at: ear.openedAt, text: 'subscribed' },
    ...received.map((one): Moment => {
      const moment = { at: one.receivedAt, text: printReceived(one) };
      if (one === late) return { ...moment, mark: 'too late' };
      return one === closest && !late ? { ...moment, mark: 'closest' } : moment;
    }),
    { at: wait.startedAt, text: `waiting for ${wait.title}` },
    { at: wait.startedAt + wait.timeoutMs, text: 'timed out' },
  ];
  const clock = new Date(ear.openedAt).toISOString().slice(11, 23);
  return [
    `${paint.bold('Timeline')}   opened ${clock} UTC, ${ear.transport.name}`,
    ...timelineLines(moments, ear.openedAt),
  ];
}

/** For verbs that count: `+812 ms` of a received item. */
export function receivedAfter(received: Received, ear: Ear): string {
  return elapsed(received.receivedAt - ear.openedAt);
}
