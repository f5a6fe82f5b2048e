// Faults that stand before destinations: a partner that answers 503, a queue that refuses, a function that is slow. Who
// calls the destination is asked in three places: the dispatcher, by which queues, functions and topics are reached,
// the HTTP client, by which API destinations are, and event source mappings, which invoke without a call. Where no
// fault stands, that costs a look at one boolean.
import { type Fault, faultWords, type StandingFault } from '@earwitness/protocol/internal/admin/fault';
import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Backbone } from '../backbone/backbone.ts';
import { RevisionConflict, tableOf } from '../backbone/table.ts';
import type { Call } from '../call.ts';
import type { Clock } from '../clock/clock.ts';
import { resourceOf } from '../map/share.ts';

/** Keys are ARNs. */
const FAULTS = tableOf<StandingFault>('faults/faults');

/** A call as the dispatcher has it. */
export interface AskedCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** What is known of who calls. */
export type Struck = Pick<Call, 'account' | 'region' | 'onInjected'>;

export interface Faults {
  /** Whether any fault stands anywhere. */
  readonly isAny: boolean;
  put(fault: StandingFault): Promise<void>;
  /** False when there was none. */
  remove(target: string): Promise<boolean>;
  list(): StandingFault[];
  /** Takes all of them away. */
  clear(): Promise<void>;
  /** The fault that happens to this call of a destination, which is one of so many times then. */
  take(target: string): Promise<Fault | undefined>;
  /** Whether calls of a destination wait for the clock. */
  isDelaying(target: string): boolean;
  /**
   * Does to a call what stands before the destination that it is for, if anything does.
   * @param told is called first
   * @throws ServiceError
   */
  strike(asked: AskedCall, call: Struck, told: () => void): Promise<void>;
}

export function createFaults({ backbone, clock }: { readonly backbone: Backbone; readonly clock: Clock }): Faults {
  const table = backbone.table(FAULTS);
  let isAny = table.list().length > 0;
  table.watch(() => {
    isAny = table.list().length > 0;
  });

  async function take(target: string): Promise<Fault | undefined> {
    for (;;) {
      const row = table.get(target);
      if (!row) return undefined;
      const { fault, times } = row.value;
      if (times === undefined) return fault;
      try {
        const ifRevision = row.revision;
        if (times > 1) await table.put(target, { ...row.value, times: times - 1 }, { ifRevision });
        else await table.delete(target, { ifRevision });
        return fault;
      } catch (error) {
        // Another call was the one: this one may be the next.
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  return {
    get isAny() {
      return isAny;
    },
    async put(fault) {
      await table.put(fault.target, fault);
    },
    remove: (target) => table.delete(target),
    list: () => table.list().map(({ value }) => value),
    async clear() {
      for (const { key } of table.list()) await table.delete(key);
    },
    take,
    isDelaying(target) {
      const fault = isAny ? table.get(target)?.value.fault : undefined;
      return typeof fault === 'object' && 'delayMs' in fault;
    },
    async strike(asked, call, told) {
      const target = targetOf(asked, call);
      const fault = target === undefined ? undefined : await take(target);
      if (fault === undefined) return;
      told();
      call.onInjected?.();
      if (typeof fault === 'object' && 'delayMs' in fault) return clock.sleep(fault.delayMs);
      throw errorOf(fault, target);
    },
  };
}

const CODES: Readonly<Record<number, string>> = {
  403: 'AccessDeniedException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailable',
};

function errorOf(fault: Exclude<Fault, { readonly delayMs: number }>, target = ''): ServiceError {
  const status = fault === 'refused' ? 503 : fault.status;
  const code = CODES[status] ?? (status < 500 ? 'ValidationException' : 'InternalFailure');
  return new ServiceError(code, `${target} ${faultWords(fault)} (injected).`, { status });
}

/** What is sent, invoked and published to; other operations are left alone. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'sqs SendMessage': ['QueueUrl'],
  'sqs SendMessageBatch': ['QueueUrl'],
  'lambda Invoke': ['FunctionName'],
  'lambda InvokeAsync': ['FunctionName'],
  'lambda InvokeWithResponseStream': ['FunctionName'],
  'sns Publish': ['TopicArn', 'TargetArn'],
  'sns PublishBatch': ['TopicArn'],
};

/** The ARN of the destination that a call is for. */
function targetOf({ service, operation, input }: AskedCall, { account, region }: Struck): string | undefined {
  const names = NAMED[`${service} ${operation}`];
  if (!names || typeof input !== 'object' || input === null) return undefined;
  const given = Object.entries(input).find(([name, value]) => names.includes(name) && typeof value === 'string');
  if (!given) return undefined;
  const text = String(given[1]);
  if (text.startsWith('arn:')) return resourceOf(text);
  if (service === 'sqs') {
    const [owner, name = text] = text.split('/').slice(-2);
    return formatArn({ service, region, account: name === text ? account : (owner ?? account), resource: name });
  }
  // `name`, `name:alias`, `123456789012:function:name`
  const [, owner = account, name] = /^(?:(\d{12}):function:)?([^:]+)/.exec(text) ?? [];
  return name === undefined ? undefined : formatArn({ service, region, account: owner, resource: `function:${name}` });
}
