// A line of the live list: what came from outside (a request, an event, an invocation by an SDK, …) with every fact of
// what it brought about.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { plainName } from '@earwitness/protocol/internal/journal/names';
import { wordsOf } from '@earwitness/protocol/internal/journal/words';

export type RowKind =
  | 'request'
  | 'event'
  | 'invocation'
  | 'execution'
  | 'notification'
  | 'item'
  | 'schedule'
  | 'pipe'
  | 'bucket'
  | 'call'
  | 'notice';

/** `wait`: not at its end, or tried again. */
export type Tone = 'good' | 'bad' | 'wait' | 'plain';

export interface Outcome {
  readonly tone: Tone;
  /** A few words. */
  readonly text: string;
}

export interface Row {
  /** An event's own id, a request's, an execution's ARN, …: what stands in a link to it. */
  readonly id: string;
  readonly kind: RowKind;
  /** Epoch ms by the cloud's clock. */
  readonly at: number;
  /** Number of its first fact. */
  readonly seq: number;
  /** `OrderCreated`, `POST /orders` */
  readonly title: string;
  readonly source?: string;
  readonly bus?: string;
  readonly sizeBytes?: number;
  /** The whole envelope as JSON text, of an event. */
  readonly event?: string;
  /** The request, or whatever else, in whose trace it came to be, for as long as that is remembered. */
  parent?: Row;
  /** In order. */
  readonly facts: Fact[];
  /** What it came to so far; made when it is asked for. */
  outcome: Outcome | undefined;
}

export function outcomeOf(row: Row): Outcome {
  row.outcome ??= judge(row);
  return row.outcome;
}

/** Nobody asked for what AWS tells of itself, and where there is no rule, no event is missed. */
export function isMissed({ rules }: FactOf<'event.unmatched'>, source = ''): boolean {
  return rules > 0 && !source.startsWith('aws.');
}

/** `failed in Charge: Declined` */
function endText({ status, state, error }: FactOf<'execution.ended'>): string {
  const where = state === undefined ? '' : ` in ${state}`;
  return `${status.toLowerCase().replace('_', ' ')}${where}${error === undefined ? '' : `: ${error}`}`;
}

/** Somebody put a fault before what was called, and it did not answer well. */
function isOfFault(fact: Fact): boolean {
  if (!('isInjected' in fact) || fact.isInjected !== true) return false;
  return fact.kind === 'call' ? fact.error !== undefined : !('outcome' in fact) || fact.outcome !== 'delivered';
}

/** The last bad news, else what is under way, else the good. */
function judge({ kind, facts, source }: Row): Outcome {
  const retries = new Map<string, string>();
  const open = new Set<string>();
  let bad: Outcome | undefined;
  let quiet: Outcome | undefined;
  let lost: string | undefined;
  let targets = 0;
  let delivered = 0;
  let answered: Outcome | undefined;
  let words: Outcome | undefined;
  for (const fact of facts) {
    switch (fact.kind) {
      case 'request.received':
      case 'request.answered': {
        if (fact.kind === 'request.received') open.add(fact.requestId);
        else {
          open.delete(fact.requestId);
          answered = { tone: fact.status < 400 ? 'good' : 'bad', text: String(fact.status) };
        }
        break;
      }
      case 'function.invoked':
        open.add(fact.invocationId);
        break;
      case 'function.finished':
        open.delete(fact.invocationId);
        if (fact.outcome !== 'returned') {
          bad = { tone: 'bad', text: `${plainName(fact.functionName)} ${fact.outcome}` };
        }
        break;
      case 'execution.started':
        open.add(fact.executionArn);
        break;
      case 'execution.ended':
        open.delete(fact.executionArn);
        if (fact.status !== 'SUCCEEDED') bad = { tone: 'bad', text: endText(fact) };
        break;
      case 'event.unmatched':
        if (isMissed(fact, source)) bad = { tone: 'bad', text: wordsOf(fact).label };
        else quiet = { tone: 'plain', text: fact.rules === 0 ? `no rule on ${fact.bus}` : wordsOf(fact).label };
        break;
      case 'delivery.dead-lettered':
      case 'delivery.dropped':
        lost = wordsOf(fact).label;
        bad = { tone: 'bad', text: lost };
        break;
      case 'rule.matched':
        targets += fact.targets;
        break;
      case 'delivery.attempted':
        retries.delete(fact.deliveryId);
        if (fact.outcome === 'delivered') delivered++;
        if (fact.outcome === 'retry') retries.set(fact.deliveryId, `tried ${fact.attempt}×, ${wordsOf(fact).label}`);
        break;
      // That a call may be made, and with what, is no outcome; that a request may not, its answer says.
      case 'access.allowed':
      case 'request.authorized':
      case 'delivery.shaped':
        break;
      default: {
        const { tone, label } = wordsOf(fact);
        if (tone === 'bad') bad = { tone, text: label };
        else words ??= { tone, text: label };
      }
    }
  }
  const why = facts.some(isOfFault) ? ', fault injected' : '';
  if (bad !== undefined) {
    const text = bad.text === lost && delivered > 0 ? `delivered to ${delivered}, ${lost}` : bad.text;
    return { ...bad, text: text.includes('injected') ? text : text + why };
  }
  if (quiet !== undefined) return quiet;
  const [retry] = retries.values();
  if (retry !== undefined) return { tone: 'wait', text: retry };
  if (answered?.tone === 'bad') return answered;
  if (kind === 'event') {
    if (open.size === 0 && delivered >= targets && targets > 0)
      return { tone: 'good', text: `delivered to ${delivered}` };
    return {
      tone: targets === 0 ? 'plain' : 'wait',
      text: targets === 0 ? 'accepted' : `${delivered} of ${targets} delivered`,
    };
  }
  if (open.size > 0) return { tone: 'wait', text: 'under way' };
  return answered ?? words ?? { tone: 'good', text: 'done' };
}
