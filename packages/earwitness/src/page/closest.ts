// The nearest miss on a page: what agreed, then each field that did not, as a pair of lines. And the words that count
// it.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import type { Finding } from '../expectation/expectation.ts';
import type { NearMiss } from '../expectation/near-miss.ts';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import { elapsed } from './timeline.ts';

/** Lines, and whether a value had to be cut. */
export interface ClosestSection {
  readonly lines: readonly Line[];
  readonly isCut: boolean;
}

/** Writes the section. */
export function closestSection(closest: NearMiss, openedAt: number, paint: Paint): ClosestSection {
  const { received, findings, passed } = closest;
  const id = typeof received.message === 'string' ? undefined : received.message.id;
  const facts = [
    `${passed}/${findings.length} fields`,
    id ? `id ${id}` : undefined,
    elapsed(received.receivedAt - openedAt),
  ];
  const { lines, isCut } = findingLines(findings, paint);
  return { lines: [line`${paint.bold('Closest event')}   ${facts.filter(Boolean).join('   ')}`, ...lines], isCut };
}

/** Fields that agree, on a page, at most: they say which event it is. Ours. */
const MOST_AGREEING = 12;

/** Each field that differs as a pair of lines, then what agreed. */
export function findingLines(findings: readonly Finding[], paint: Paint): ClosestSection {
  const width = Math.max(...findings.map(({ path }) => showControls(path).length)) + 2;
  // Two of indentation, four of marks, and the word behind: what is left of 80 columns is the value's, but never too
  // little to read.
  const room = Math.max(24, 80 - 2 - 4 - width - '   expected'.length);
  let isCut = false;
  const lines: Line[] = [];
  // What differs is why the page is read.
  for (const { path, expected, received, hint } of findings.filter(({ pass }) => !pass)) {
    const name = showControls(path).padEnd(width);
    const [wanted, whole] = [showControls(expected), showControls(received)];
    const from = beginningOfDifference(wanted, whole, room);
    const got = cutFrom(whole, from, room);
    isCut ||= got !== whole;
    lines.push(line`${paint.green(`  - ${name}${cutFrom(wanted, from, room)}`)}${paint.dim('   expected')}`);
    lines.push(line`${paint.red(`  + ${name}${got}`)}${paint.dim('   received')}`);
    const hints = hint === undefined ? [] : wrapWords(showControls(hint), room);
    for (const part of hints) lines.push(line`    ${''.padEnd(width)}${paint.yellow(cut(part, room))}`);
  }
  const agreed = findings.filter(({ pass }) => pass);
  for (const { path, received } of agreed.slice(0, MOST_AGREEING)) {
    const whole = showControls(received);
    const got = cut(whole, room);
    isCut ||= got !== whole;
    lines.push(line`    ${showControls(path).padEnd(width)}${got}`);
  }
  if (agreed.length > MOST_AGREEING) lines.push(line`    and ${agreed.length - MOST_AGREEING} more that agree`);
  return { lines, isCut };
}

/** Where to begin two texts so that room is left for the first sign in which they differ; mostly at their beginning. */
function beginningOfDifference(one: string, other: string, room: number): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at < room - 2 ? 0 : at - Math.floor(room / 3);
}

function cutFrom(text: string, from: number, room: number): string {
  return from === 0 ? cut(text, room) : cut(showControls(`…${text.slice(from)}`), room);
}

/** `the closest differs in 1 of 4 fields` */
export function countDifferences({ findings, passed }: Pick<NearMiss, 'findings' | 'passed'>): string {
  const failed = findings.length - passed;
  if (findings.length === 1) return 'the closest does not match';
  return `the closest differs in ${failed} of ${findings.length} fields`;
}
