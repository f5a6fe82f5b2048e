// Writes what functions log to CloudWatch Logs, when this cloud has that service: best effort, behind the answer, in order.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { LogEvent } from '../../functions/log.ts';
import type { FunctionSettings } from '../../functions/running-function.ts';
import type { Ground } from '../../service.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

export class LogWriter {
  #ground: Ground;
  #streams = new Map<string, Promise<void>>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  write({ logGroup, logStream }: FunctionSettings, events: readonly LogEvent[], { account, region }: Place): void {
    const { dispatch, journal } = this.#ground;
    if (events.length === 0 || !dispatch.service('logs')) return;
    const names = { logGroupName: logGroup, logStreamName: logStream };
    const origin = { account, region, principal: { kind: 'service', service: 'lambda.amazonaws.com' } } as const;
    const key = `${account}/${region}/${logGroup}/${logStream}`;
    const create = async () => {
      await unlessThere(dispatch.call('logs', 'CreateLogGroup', { logGroupName: logGroup }, origin));
      await unlessThere(dispatch.call('logs', 'CreateLogStream', names, origin));
    };
    const written = (this.#streams.get(key) ?? create())
      .then(async () => {
        await dispatch.call('logs', 'PutLogEvents', { ...names, logEvents: events }, origin);
      })
      .catch((error: unknown) => {
        // The group or the stream was deleted: the next invocation makes it anew.
        this.#streams.delete(key);
        const message = error instanceof Error ? error.message : String(error);
        journal.record({ kind: 'warning', about: `log group ${logGroup}`, message });
      });
    this.#streams.set(key, written);
  }

  reset(): void {
    this.#streams.clear();
  }
}

async function unlessThere(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException')) throw error;
  });
}
