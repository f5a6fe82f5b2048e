// What the page remembers of the journal: rows, each with its facts. Every fact finds its row by a key (the event's id,
// the root of a trace, what a target calls a delivery, the place of an item in its topic), so that nothing is searched.
// Bounded in rows and in bytes: the oldest rows make room, and are counted.
// Long because each kind of fact has a place of its own, or begins a row.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn } from '@earwitness/protocol/internal/journal/journey';
import { machineOf, plainName } from '@earwitness/protocol/internal/journal/names';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';
import { Puts } from './puts.ts';
import { outcomeOf, type Row, type RowKind } from './row.ts';

/** Ours. */
const MAX_ROWS = 20_000;

/** Ours: as much text as the cloud's own journal keeps. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Rows in which a reader looks for what they led to. */
const LEADING: ReadonlySet<RowKind> = new Set<RowKind>(['request', 'event', 'execution']);

/** What a fact begins, when it belongs to nothing that is known. */
type Beginning = Omit<Row, 'facts' | 'outcome' | 'at' | 'seq'>;

export class Memory {
  /** In the order in which they began. */
  readonly rows: Row[] = [];
  /** Rows that had to make room. */
  dropped = 0;
  /** Facts that the cloud dropped before this page could read them. */
  missed = 0;
  /** Lines and facts that lack what they should have, and were passed over. */
  unreadable = 0;
  /** Of the lines in which the facts of a row came: about what they take. */
  readonly #sizes = new Map<Row, number>();
  #bytes = 0;
  #touched = new Set<Row>();
  #puts = new Puts();
  readonly #rows = new Map<string, Row>();
  readonly #keys = new Map<Row, string[]>();
  /** What came to be in the trace of a row. */
  readonly #children = new Map<Row, Set<Row>>();

  forget(): void {
    this.rows.length = 0;
    this.dropped = 0;
    this.missed = 0;
    this.unreadable = 0;
    this.#touched.clear();
    this.#puts = new Puts();
    this.#rows.clear();
    this.#keys.clear();
    this.#children.clear();
    this.#sizes.clear();
    this.#bytes = 0;
  }

  /** Rows that are new or have new facts since this was last asked. */
  takeTouched(): ReadonlySet<Row> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** @param id of a row: an event's id, a request's, an execution's ARN */
  find(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /**
   * @param bytes length of the line in which it came
   * @returns the row that has the fact now
   * @throws when the fact lacks a member of its kind; then nothing has changed
   */
  take(fact: Fact, bytes = 0): Row | undefined {
    checkOutcome(fact);
    if (fact.kind === 'journal.skipped') {
      this.missed += fact.lastMissed - fact.firstMissed + 1;
      return undefined;
    }
    const names = namesIn(fact);
    this.#puts.take(fact);
    const row = this.#rowOf(fact);
    if (row === undefined) return undefined;
    row.facts.push(fact);
    this.#grow(row, bytes);
    this.#touch(row);
    if ('takenAs' in fact && fact.takenAs !== undefined) this.#claim(fact.takenAs, row);
    for (const key of names) this.#name(row, key);
    if (fact.kind === 'execution.ended' && fact.status !== 'SUCCEEDED') this.#tellOfEnd(fact, row);
    while (this.rows.length > 1 && (this.rows.length > MAX_ROWS || this.#bytes > MAX_BYTES)) this.#dropOldest();
    return row;
  }

  #rowOf(fact: Fact): Row | undefined {
    if (fact.kind === 'event.accepted') return this.#begin(fact, this.#rows.get(this.#puts.causeOf(fact) ?? ''));
    const row = this.#known(fact);
    // What a reader looks for in the list is a request, an event, or the execution itself.
    const isHidden = fact.kind === 'execution.started' && row !== undefined && !LEADING.has(row.kind);
    return (isHidden ? undefined : row) ?? this.#begin(fact);
  }

  /** An execution that failed is looked for by its own name, also when an event or a request led to it. */
  #tellOfEnd(end: FactOf<'execution.ended'>, leading: Row): void {
    if (leading.kind === 'execution') return;
    const row = this.#begin(end, leading);
    if (row === undefined) return;
    row.facts.push(...leading.facts.filter((fact) => isOfExecution(fact, end.executionArn)));
    this.#rows.set(end.executionArn, row);
    this.#touch(row);
  }

  /** An invocation may be written down before the delivery that it is: then its facts stand elsewhere, by a trace. */
  #claim(takenAs: string, row: Row): void {
    const other = this.#rows.get(takenAs);
    if (other === undefined || other === row) return;
    if (other.kind === 'execution' && other.id === takenAs && this.#staysAlone(other, row)) return;
    // The call that began it bears its id, too.
    const isOurs = (fact: Fact) =>
      isOfExecution(fact, takenAs) ||
      ('invocationId' in fact && fact.invocationId === takenAs) ||
      (fact.kind === 'call' && fact.requestId === takenAs);
    const moved = other.facts.filter(isOurs);
    const kept = other.facts.filter((fact) => !isOurs(fact));
    // Which line was how long is not kept: each counts the same.
    const size = this.#sizes.get(other) ?? 0;
    const bytes = kept.length === 0 ? size : Math.round((size * moved.length) / other.facts.length);
    row.facts.push(...moved);
    row.facts.sort((a, b) => a.seq - b.seq);
    this.#grow(row, bytes);
    other.facts.splice(0, other.facts.length, ...kept);
    this.#grow(other, -bytes);
    this.#touch(other);
    this.#rename(takenAs, other, row);
    if (kept.length > 0) return;
    this.rows.splice(this.rows.lastIndexOf(other), 1);
    for (const key of this.#keys.get(other) ?? []) this.#rename(key, other, row);
    this.#keys.delete(other);
    this.#sizes.delete(other);
    for (const child of this.#leaveChildrenOf(other)) this.#adopt(child, row);
  }

  #adopt(child: Row, parent: Row): void {
    for (let one: Row | undefined = parent; one; one = one.parent) if (one === child) return;
    child.parent = parent;
    const children = this.#children.get(parent);
    if (children) children.add(child);
    else this.#children.set(parent, new Set([child]));
  }

  /** It goes: neither does it keep another row from going, nor another row it. */
  #leaveChildrenOf(row: Row): Iterable<Row> {
    const children = this.#children.get(row) ?? [];
    for (const child of children) delete child.parent;
    this.#children.delete(row);
    if (row.parent) this.#children.get(row.parent)?.delete(row);
    return children;
  }

  #rename(key: string, from: Row, to: Row): void {
    if (this.#rows.get(key) !== from) return;
    this.#rows.delete(key);
    this.#name(to, key);
  }

  #grow(row: Row, bytes: number): void {
    this.#sizes.set(row, (this.#sizes.get(row) ?? 0) + bytes);
    this.#bytes += bytes;
  }

  /** The row of an execution whose cause is told after it. */
  #staysAlone(execution: Row, cause: Row): boolean {
    const hasFailed = outcomeOf(execution).tone === 'bad';
    if (LEADING.has(cause.kind) && !hasFailed) return false;
    if (!execution.parent) this.#adopt(execution, cause);
    if (LEADING.has(cause.kind)) {
      cause.facts.push(...execution.facts);
      cause.facts.sort((a, b) => a.seq - b.seq);
    }
    return true;
  }

  #touch(row: Row): void {
    row.outcome = undefined;
    this.#touched.add(row);
  }

  #known(fact: Fact): Row | undefined {
    for (const key of keysOf(fact)) {
      const row = this.#rows.get(key);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  #begin(fact: Fact, cause?: Row): Row | undefined {
    const beginning = beginningOf(fact);
    if (beginning === undefined) return undefined;
    checkBeginning(beginning);
    const parent = cause ?? this.#rows.get(traceKey(fact) ?? '');
    const row: Row = {
      ...beginning,
      at: fact.at,
      seq: fact.seq,
      facts: [],
      outcome: undefined,
    };
    this.rows.push(row);
    this.#name(row, row.id);
    if (parent) this.#adopt(row, parent);
    return row;
  }

  #name(row: Row, key: string): void {
    if (this.#rows.has(key)) return;
    this.#rows.set(key, row);
    const keys = this.#keys.get(row);
    if (keys) keys.push(key);
    else this.#keys.set(row, [key]);
  }

  #dropOldest(): void {
    const oldest = this.rows.shift();
    if (oldest === undefined) return;
    for (const key of this.#keys.get(oldest) ?? []) if (this.#rows.get(key) === oldest) this.#rows.delete(key);
    this.#keys.delete(oldest);
    this.#leaveChildrenOf(oldest);
    this.#bytes -= this.#sizes.get(oldest) ?? 0;
    this.#sizes.delete(oldest);
    this.#touched.delete(oldest);
    this.dropped++;
  }
}

/** What a row comes to is asked when it is drawn, and there nothing may throw. */
function checkOutcome(fact: Fact): void {
  wordsOf(fact);
  outcomeOf({ id: '', kind: 'notice', title: '', at: fact.at, seq: fact.seq, facts: [fact], outcome: undefined });
  if (fact.kind !== 'journal.skipped') return;
  if (!Number.isSafeInteger(fact.lastMissed - fact.firstMissed)) throw new TypeError('journal.skipped has no numbers');
}

function checkBeginning({ id, title, source = '', bus = '', event = '', sizeBytes = 0 }: Beginning): void {
  const isWhole = [id, title, source, bus, event].every((text) => typeof text === 'string');
  if (!isWhole || typeof sizeBytes !== 'number') throw new TypeError(`fact ${id} lacks a member of its kind`);
}

/** Where a fact may belong, the nearest cause first. What begins a row of its own has none but its own name. */
function keysOf(fact: Fact): string[] {
  switch (fact.kind) {
    case 'event.accepted':
    case 'request.received':
    case 'entry.rejected':
      return [];
    case 'function.invoked': {
      const messages = fact.batch?.messageIds ?? [];
      return [fact.invocationId, ...messages, ...(fact.batch ? [] : traceKeys(fact))];
    }
    case 'topic.published':
      return [eventIdIn(fact.text) ?? ''];
    case 'subscription.received':
    case 'webhook.called':
      return [itemKey(fact)];
    case 'pipe.filtered':
    case 'pipe.passed':
      return [...fact.messageIds];
    case 'notification.published':
      return [fact.messageId];
    default: {
      const own = ['eventId', 'invocationId', 'messageId', 'executionArn', 'requestId'] as const;
      const members = fact as Partial<Record<(typeof own)[number], string>>;
      return [...own.flatMap((name) => members[name] ?? []), ...traceKeys(fact)];
    }
  }
}

/** By which names later facts will call what this one tells of. */
function namesIn(fact: Fact): string[] {
  const names: string[] = [];
  if ('takenAs' in fact && fact.takenAs !== undefined) names.push(fact.takenAs);
  switch (fact.kind) {
    case 'notification.delivered':
      names.push(...fact.to.map(({ takenAs }) => takenAs));
      break;
    case 'function.invoked':
      names.push(fact.invocationId, ...traceKeys(fact));
      break;
    case 'request.received':
      names.push(...traceKeys(fact));
      break;
    case 'topic.published':
      names.push(itemKey(fact));
      break;
    case 'notification.published':
      names.push(fact.messageId);
      break;
    case 'execution.started':
      names.push(fact.executionArn);
      break;
  }
  return names;
}

/** `undefined` of what no row is made for: calls that went well, what was written into the void. */
function beginningOf(fact: Fact): Beginning | undefined {
  switch (fact.kind) {
    case 'event.accepted':
      return {
        id: fact.eventId,
        kind: 'event',
        title: fact.detailType,
        source: fact.source,
        bus: fact.bus,
        sizeBytes: fact.sizeBytes,
        event: fact.event,
      };
    case 'entry.rejected':
      return { id: `entry-${fact.seq}`, kind: 'event', title: `entry ${fact.index}`, bus: fact.bus };
    case 'request.received':
      return { id: fact.requestId, kind: 'request', title: `${fact.method} ${fact.path}`, source: fact.apiId };
    case 'request.refused':
      return { id: `refused-${fact.seq}`, kind: 'request', title: `${fact.method} ${fact.path}`, source: fact.host };
    case 'function.invoked':
    case 'function.finished':
      return { id: fact.invocationId, kind: 'invocation', title: plainName(fact.functionName) };
    case 'execution.started':
    case 'execution.ended':
      return { id: fact.executionArn, kind: 'execution', ...namesOfExecution(fact.executionArn) };
    case 'notification.published':
      return {
        id: fact.messageId,
        kind: 'notification',
        title: plainName(fact.topicArn),
        sizeBytes: fact.sizeBytes,
      };
    case 'topic.published':
      return {
        id: itemKey(fact),
        kind: 'item',
        title: `${fact.cache}/${fact.topic} #${fact.sequenceNumber}`,
        sizeBytes: fact.sizeBytes,
      };
    case 'schedule.attempted':
    case 'schedule.failed':
      return { id: `schedule-${fact.seq}`, kind: 'schedule', title: plainName(fact.scheduleArn) };
    case 'pipe.passed':
    case 'pipe.filtered':
      return { id: `pipe-${fact.seq}`, kind: 'pipe', title: plainName(fact.pipeArn) };
    case 'bucket.notified':
      return {
        id: `bucket-${fact.seq}`,
        kind: 'bucket',
        title: `${fact.event} ${fact.key ?? ''}`,
        source: fact.bucket,
      };
    case 'call':
      if (fact.status < 400) return undefined;
      return { id: fact.requestId, kind: 'call', title: `${fact.service}:${fact.operation}` };
    case 'function.log':
      return undefined;
    default:
      return noticeOf(fact);
  }
}

/** `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`; of an express one, another name follows. */
function namesOfExecution(arn: string): { readonly title: string; readonly source: string } {
  const names = arn.split(':').slice(7);
  return { title: plainName(machineOf(arn)), source: names.join(':') };
}

/** Bad news that belongs to nothing, and the clock, which a test moved. */
function noticeOf(fact: Fact): Beginning | undefined {
  const { tone, label, stop } = wordsOf(fact);
  if (tone !== 'bad' && fact.kind !== 'clock.advanced' && fact.kind !== 'warning') return undefined;
  return { id: `fact-${fact.seq}`, kind: kindOfNotice(fact), title: stop === 'clock' ? label : stop };
}

function kindOfNotice(fact: Fact): RowKind {
  if (fact.kind.startsWith('notification.')) return 'notification';
  return fact.kind.startsWith('state.') || fact.kind.startsWith('execution.') ? 'execution' : 'notice';
}

function isOfExecution(fact: Fact, arn: string): boolean {
  return 'executionArn' in fact && fact.executionArn === arn;
}

function traceKeys(fact: Fact): string[] {
  const key = traceKey(fact);
  return key === undefined ? [] : [key];
}

function traceKey(fact: Fact): string | undefined {
  const root = 'traceId' in fact ? rootOf(fact.traceId) : undefined;
  return root === undefined ? undefined : `trace ${root}`;
}

function itemKey(fact: { cache: string; topic: string; sequencePage: number; sequenceNumber: number }): string {
  return `${fact.cache}/${fact.topic} ${fact.sequencePage} ${fact.sequenceNumber}`;
}
