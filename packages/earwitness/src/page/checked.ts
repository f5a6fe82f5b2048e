// The section `Checked for you`: what could be at fault besides the test, and whether it is.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import type { Session } from '../hearing/session.ts';
import { type Line, line, type Piece } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { Checked } from './journal/findings.ts';

/** What is known besides the session. */
export interface Known {
  /** Undefined without a journal, and where no dead-letter queue was read. */
  readonly findings: readonly Checked[] | undefined;
  /** The page begins with the culprit: what could be at fault in general is of no interest. */
  readonly hasCause: boolean;
}

/** The section's lines. */
export function checkedSection(session: Session, { findings, hasCause }: Known, paint: Paint): Line[] {
  const lines = [paint.bold('Checked for you')];
  for (const { ok, text } of [...transportChecks(session, hasCause), ...(findings ?? [])]) {
    lines.push(...item(ok === undefined ? paint.dim('·') : ok ? paint.green('✓') : paint.yellow('!'), text));
  }
  // Without a journal it is unknown where the road ends; with one, its findings say it.
  if (session.recording.length === 0 && session.roadMs === undefined && findings === undefined) {
    lines.push(...item(paint.yellow('?'), 'nothing was ever heard on this route. Likely, in this order:'));
    for (const cause of SILENT_ROUTE) lines.push(...item('  -', cause));
  }
  return lines;
}

const SILENT_ROUTE = [
  'nothing was published: PutEvents returns 200 even when FailedEntryCount is above 0',
  'no rule on that bus matches, or its target is not this topic',
  "the target's connection has a wrong key or endpoint: look into its dead-letter queue",
];

function item(mark: Piece, text: string): Line[] {
  const [first = '', ...rest] = wrapWords(showControls(text), 72);
  return [line`  ${mark} ${first}`, ...rest.map((more) => line`    ${more}`)];
}

function transportChecks(session: Session, hasCause: boolean): Checked[] {
  const { interruption, gaps, recording, transports } = session;
  const checks: Checked[] = [];
  if (interruption) checks.push({ ok: false, text: `the connection is broken: ${interruption.message}` });
  for (const { reason, route, afterSequenceNumber, nextSequenceNumber } of gaps) {
    const span = afterSequenceNumber === undefined ? '' : ` between ${afterSequenceNumber} and ${nextSequenceNumber}`;
    const where = transports.length === 1 ? '' : ` on ${route}`;
    checks.push({ ok: false, text: `messages were lost${span}${where}: ${reason}` });
  }
  for (const { name } of interruption ? [] : transports) {
    if (gaps.some(({ route }) => route === name)) continue;
    const numbers = recording
      .all()
      .flatMap(({ route, sequenceNumber }) => (route === name && sequenceNumber !== undefined ? [sequenceNumber] : []));
    const [first, last] = [numbers[0], numbers.at(-1)];
    const span = first === undefined ? '' : `, no gap in sequence (${first === last ? first : `${first}…${last}`})`;
    checks.push({ ok: true, text: `connected to ${name}${span}` });
  }
  if (session.roadMs !== undefined) {
    checks.push({ ok: true, text: `the whole road was proven by a canary in ${Math.round(session.roadMs)} ms` });
  }
  if (session.filteredOut && session.filteredOut.count > 0) {
    const { only, count } = session.filteredOut;
    checks.push({ ok: recording.length > 0, text: `${count} messages were left out: they are not ${only}` });
  }
  if (recording.evicted > 0) {
    checks.push({ ok: false, text: `the oldest ${recording.evicted} messages had to be dropped: raise "keep"` });
  }
  for (const maxBytes of recording.length === 0 && !hasCause
    ? new Set(transports.map(({ maxItemBytes }) => maxItemBytes))
    : []) {
    if (maxBytes === undefined) continue;
    checks.push({ ok: false, text: `messages above ${maxBytes} bytes cannot arrive on this transport` });
  }
  return checks;
}
