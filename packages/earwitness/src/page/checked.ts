// The section `Checked for you`: what could be at fault besides the test, and whether it is.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import type { Ear } from '../hearing/ear.ts';
import { type Line, line, type Piece } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { Checked } from './story.ts';

/** The section's lines. */
export function checkedSection(ear: Ear, story: readonly Checked[], paint: Paint): Line[] {
  const lines = [paint.bold('Checked for you')];
  for (const { ok, text } of [...transportChecks(ear), ...story]) {
    lines.push(...item(ok ? paint.green('✓') : paint.yellow('!'), text));
  }
  // Without a journal nobody can say where the road ends; with one, the story does.
  if (ear.recording.length === 0 && ear.roadMs === undefined && story.length === 0) {
    lines.push(...item(paint.yellow('?'), 'nothing was ever heard on this route. Likely, in this order:'));
    for (const cause of SILENT_ROUTE) lines.push(...item('  -', cause));
  }
  return lines;
}

const SILENT_ROUTE = [
  'nothing was published: PutEvents answers 200 also when FailedEntryCount is above 0',
  'no rule on that bus matches, or its target is not this topic',
  "the target's connection has a wrong key or endpoint: its dead-letter queue tells",
];

function item(mark: Piece, text: string): Line[] {
  const [first = '', ...rest] = wrap(showControls(text), 72);
  return [line`  ${mark} ${first}`, ...rest.map((more) => line`    ${more}`)];
}

function transportChecks(ear: Ear): Checked[] {
  const { broken, gaps, recording, transports } = ear;
  const checks: Checked[] = [];
  if (broken) checks.push({ ok: false, text: `the connection is broken: ${broken.message}` });
  for (const { reason, route, afterSequenceNumber, nextSequenceNumber } of gaps) {
    const span = afterSequenceNumber === undefined ? '' : ` between ${afterSequenceNumber} and ${nextSequenceNumber}`;
    const where = transports.length === 1 ? '' : ` on ${route}`;
    checks.push({ ok: false, text: `messages were lost${span}${where}: ${reason}` });
  }
  for (const { name } of broken ? [] : transports) {
    if (gaps.some(({ route }) => route === name)) continue;
    const numbers = recording
      .all()
      .flatMap(({ route, sequenceNumber }) => (route === name && sequenceNumber !== undefined ? [sequenceNumber] : []));
    const [first, last] = [numbers[0], numbers.at(-1)];
    const span = first === undefined ? '' : `, no gap in sequence (${first === last ? first : `${first}…${last}`})`;
    checks.push({ ok: true, text: `connected to ${name}${span}` });
  }
  if (ear.roadMs !== undefined) {
    checks.push({ ok: true, text: `the whole road was proven by a canary in ${Math.round(ear.roadMs)} ms` });
  }
  if (ear.left && ear.left.count > 0) {
    const { only, count } = ear.left;
    checks.push({ ok: recording.length > 0, text: `${count} messages were left out: they are not ${only}` });
  }
  if (recording.evicted > 0) {
    checks.push({ ok: false, text: `the oldest ${recording.evicted} messages had to be dropped: raise "keep"` });
  }
  for (const maxBytes of recording.length === 0 ? new Set(transports.map(({ maxItemBytes }) => maxItemBytes)) : []) {
    if (maxBytes === undefined) continue;
    checks.push({ ok: false, text: `messages above ${maxBytes} bytes cannot arrive on this transport` });
  }
  return checks;
}

/** Words onto lines of at most `width` signs. */
function wrap(text: string, width: number): string[] {
  const full: string[] = [];
  let last = '';
  for (const word of text.split(' ')) {
    if (last !== '' && last.length + 1 + word.length > width) {
      full.push(last);
      last = word;
    } else {
      last = last === '' ? word : `${last} ${word}`;
    }
  }
  return [...full, last];
}
