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

/** Source: CloudWatch Logs API reference, PutLogEvents: bytes and events of a call, and bytes an event counts more. */
const CALL_MAX_BYTES = 1_048_576;
const CALL_MAX_EVENTS = 10_000;
const EVENT_BYTES = 26;
/** Bytes of a log event's data, escaped. Source: Step Functions developer guide, "Log levels": larger data is cut. */
const DATA_MAX_BYTES = 248 * 1024;

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
      for (const slice of slicesOf(logEvents)) {
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

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** As many as a call takes. */
function slicesOf(logEvents: readonly LogEvent[]): LogEvent[][] {
  const slices: LogEvent[][] = [];
  let left = 0;
  for (const event of logEvents) {
    const bytes = Buffer.byteLength(event.message) + EVENT_BYTES;
    const slice = slices.at(-1);
    if (slice && bytes <= left && slice.length < CALL_MAX_EVENTS) slice.push(event);
    else slices.push([event]);
    left = (slice && slices.at(-1) === slice ? left : CALL_MAX_BYTES) - bytes;
  }
  return slices;
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

/** What is left out where the machine's logging does without data. */
const DATA = [
  ...['input', 'inputDetails', 'output', 'outputDetails', 'parameters'],
  ...['assignedVariables', 'assignedVariablesDetails'],
];

function logEvent({ execution, machine }: ExecutionRow, event: HistoryEvent): LogEvent {
  const { id, previousEventId = 0, timestamp, type, ...others } = event;
  const [given] = Object.values(others);
  const details = Object.entries(Object(given)).filter(
    ([name, value]) => value !== undefined && (machine.logging.includeExecutionData || !DATA.includes(name)),
  );
  const message = JSON.stringify({
    id: String(id),
    type,
    details: cutData(Object.fromEntries(details.map(([name, value]) => [name, spelled(value)]))),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp),
    execution_arn: execution.about.executionArn,
    redrive_count: String(execution.redriveCount),
  });
  return { timestamp, message };
}

/** Data that is too large is cut, and what stands beside it says so. */
function cutData(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const cut: Record<string, unknown> = { ...details };
  for (const name of ['input', 'output', 'parameters']) {
    const { [name]: text } = details;
    if (typeof text !== 'string' || text.length <= DATA_MAX_BYTES / ESCAPED_MAX) continue;
    const bytes = Buffer.byteLength(JSON.stringify(text));
    if (bytes <= DATA_MAX_BYTES) continue;
    cut[name] = text.slice(0, Math.floor((text.length * DATA_MAX_BYTES) / bytes));
    if (`${name}Details` in details) cut[`${name}Details`] = { truncated: true };
  }
  return cut;
}

/** Bytes that a character of a text takes in JSON at most: `\u0000`. */
const ESCAPED_MAX = 6;

/** Numbers are text in logs. */
function spelled(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
