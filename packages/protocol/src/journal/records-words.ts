// The facts of streams, of their readers and of time to live in words.
import type { FactOf, Failure, RecordsRef } from './fact.ts';
import type { NameOf } from './names.ts';

type RecordsFact = FactOf<'records.filtered' | 'records.failed' | 'records.discarded' | 'item.expired'>;

/** As every fact's words are. */
interface Words {
  readonly stop: 'stream' | 'dead letter' | 'table';
  readonly tone: 'good' | 'bad' | 'plain';
  readonly label: string;
  readonly text: string;
  readonly sentence: string;
}

export function recordsWords(fact: RecordsFact, nameOf: NameOf): Words {
  switch (fact.kind) {
    case 'records.filtered': {
      const what = `${fact.records} of ${counted(fact.of)} of ${nameOf(fact.sourceArn)}`;
      const text = `no filter of ${consumerOf(fact, nameOf)} lets ${what} through`;
      return { ...words('stream', 'plain', text), sentence: `${text}: passed over` };
    }
    case 'records.failed':
      return failedWords(fact, nameOf);
    case 'records.discarded':
      return discardedWords(fact, nameOf);
    case 'item.expired': {
      const text = `${nameOf(fact.tableArn)}: ${fact.key} has expired`;
      const sentence = `time to live deleted item ${fact.key} of table ${nameOf(fact.tableArn)}`;
      return { ...words('table', 'plain', text), sentence };
    }
  }
}

function failedWords(fact: FactOf<'records.failed'>, nameOf: NameOf): Words {
  const { records, of, attempt, next, retryAt, failure } = fact;
  const source = nameOf(fact.sourceArn);
  const taken = records === of ? counted(of) : `${records} of ${counted(of)}`;
  const begun = `${consumerOf(fact, nameOf)} did not take ${taken} of ${source}`;
  const tries = attempt > 1 ? ` (attempt ${attempt})` : '';
  const wait = retryAt === undefined ? '' : ` in ${((retryAt - fact.at) / 1000).toFixed(1)} s`;
  const then = next === 'tried again' ? `tried again${wait}` : next;
  const text = `${begun}${tries}: ${reasonOf(failure)}; ${then}`;
  return { ...words('stream', 'bad', text), label: `${source}: ${next}` };
}

function discardedWords(fact: FactOf<'records.discarded'>, nameOf: NameOf): Words {
  const { records, attempts, condition, destinationArn, failure } = fact;
  const why = condition === 'RecordAgeExceeded' ? 'too old' : `${attempts} attempt${attempts === 1 ? '' : 's'}`;
  const what = `${counted(records)} of ${nameOf(fact.sourceArn)} for ${consumerOf(fact, nameOf)}`;
  const lost = failure === undefined ? 'nothing is told of it' : `its destination refused: ${reasonOf(failure)}`;
  const where = destinationArn === undefined ? lost : `told to ${nameOf(destinationArn)}`;
  const text = `${what} given up (${why}), ${where}`;
  return { ...words('dead letter', 'bad', text), label: 'given up' };
}

/** `function pay`, `pipe orders` */
function consumerOf({ consumerArn }: Pick<RecordsRef, 'consumerArn'>, nameOf: NameOf): string {
  return `${consumerArn.split(':')[2] === 'pipes' ? 'pipe' : 'function'} ${nameOf(consumerArn)}`;
}

function counted(count: number): string {
  return `${count} record${count === 1 ? '' : 's'}`;
}

function reasonOf({ code, message }: Failure): string {
  return `${code}: ${message}`;
}

function words(stop: Words['stop'], tone: Words['tone'], text: string): Words {
  return { stop, tone, label: text, text, sentence: text };
}
