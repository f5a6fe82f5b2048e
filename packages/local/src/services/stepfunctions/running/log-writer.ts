// The events of executions in CloudWatch Logs, as the machine's logging says: best effort, in order. For Express
// executions it is the only history.
// Sources: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/logs/test_logs); Step Functions developer
// guide, "Log levels".
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { Platform } from '../../../platform.ts';
import type { ExecutionRow } from '../execution.ts';
import type { Logging } from '../settings.ts';

/** Ours: log events in one call. */
const SLICE = 500;

export class ExecutionLogs {
  readonly #platform: Platform;
  /** Streams that this node knows to be there. */
  readonly #known = new Set<string>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async write(row: ExecutionRow, events: readonly HistoryEvent[]): Promise<void> {
    const { dispatch, journal } = this.#platform;
    const { logging } = row.machine;
    const { region = '', account = '', resource = '' } = parseArn(logging.logGroupArn ?? '') ?? {};
    const logEvents = events.filter(({ type }) => isLogged(type, logging.level)).map((event) => logEvent(row, event));
    if (logEvents.length === 0 || resource === '' || !dispatch.service('logs')) return;
    const logGroupName = resource.replace(/^log-group:/, '').replace(/:\*$/, '');
    const names = { logGroupName, logStreamName: streamOf(row) };
    const origin = { account, region, principal: { kind: 'service', service: 'delivery.logs.amazonaws.com' } } as const;
    try {
      await this.#open(names, origin);
      for (let from = 0; from < logEvents.length; from += SLICE) {
        const slice = logEvents.slice(from, from + SLICE);
        await dispatch.call('logs', 'PutLogEvents', { ...names, logEvents: slice }, origin);
      }
    } catch (error) {
      this.#known.clear();
      const message = error instanceof Error ? error.message : String(error);
      journal.record({ kind: 'warning', about: `log group ${logGroupName}`, message });
    }
  }

  async #open(
    names: { readonly logGroupName: string; readonly logStreamName: string },
    origin: Parameters<Platform['dispatch']['call']>[3],
  ): Promise<void> {
    const key = `${origin.account}/${origin.region}/${names.logGroupName}/${names.logStreamName}`;
    if (this.#known.has(key)) return;
    try {
      await this.#platform.dispatch.call('logs', 'CreateLogStream', names, origin);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'ResourceAlreadyExistsException') throw error;
    }
    this.#known.add(key);
  }
}

function isLogged(type: HistoryEvent['type'], level: Logging['level']): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return type === 'FailStateEntered' || /(Failed|TimedOut|Aborted)$/.test(type);
    case 'FATAL':
      return /^Execution(Failed|TimedOut|Aborted)$/.test(type);
    case 'OFF':
      return false;
  }
}

/** One for each machine and minute. Its name's form is from memory: `states/orders/2026-01-01-00-00/1f6c02aa`. */
function streamOf({ execution: { about }, machineId }: ExecutionRow): string {
  const minute = new Date(about.startedAt).toISOString().slice(0, 16).replace(/[T:]/g, '-');
  return `states/${about.stateMachineName}/${minute}/${machineId.slice(0, 8)}`;
}

const DATA = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters'];

function logEvent({ execution, machine }: ExecutionRow, event: HistoryEvent) {
  const { id, previousEventId = 0, timestamp, type, ...others } = event;
  const [given] = Object.values(others);
  const details = Object.entries(Object(given)).filter(
    ([name, value]) => value !== undefined && (machine.logging.includeExecutionData || !DATA.includes(name)),
  );
  const message = JSON.stringify({
    id: String(id),
    type,
    details: Object.fromEntries(details.map(([name, value]) => [name, spelled(value)])),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp),
    execution_arn: execution.about.executionArn,
    redrive_count: String(execution.redriveCount),
  });
  return { timestamp, message };
}

/** Numbers are text in logs. */
function spelled(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
