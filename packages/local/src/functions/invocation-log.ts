// The log of one invocation: Lambda's own lines, and between them what the function printed.
import type { Clock } from '../clock/clock.ts';
import type { LogLine } from './environment.ts';
import { formatLine, formatReport, type LogEvent } from './log.ts';
import type { FunctionError } from './outcome.ts';
import type { FunctionSettings } from './settings.ts';

/** Ours: characters of one event, so that it stays within what PutLogEvents takes when each is three bytes. */
const EVENT_MAX_CHARACTERS = 300_000;

export class InvocationLog {
  readonly requestId: string;
  readonly events: LogEvent[] = [];
  #settings: FunctionSettings;
  #clock: Clock;

  constructor(requestId: string, settings: FunctionSettings, clock: Clock) {
    this.requestId = requestId;
    this.#settings = settings;
    this.#clock = clock;
    this.log(`START RequestId: ${requestId} Version: ${settings.version}`);
  }

  log(message: string): void {
    this.events.push({ timestamp: this.#clock.now(), message: message.slice(0, EVENT_MAX_CHARACTERS) });
  }

  logLine(line: LogLine): void {
    const { logFormat, applicationLogLevel } = this.#settings;
    // What is written to the stream directly has no level and is always kept. Source: Lambda developer guide,
    // "Log-level filtering".
    if (logFormat === 'JSON' && line.level !== undefined && rank(line.level) < rank(applicationLogLevel)) return;
    const options = { at: this.#clock.now(), requestId: this.requestId, format: this.#settings.logFormat };
    this.log(formatLine(line, options));
  }

  /** As Lambda's Node runtime writes it; others log their errors themselves. */
  logError({ errorType, errorMessage, trace }: FunctionError): void {
    const text = `Invoke Error \t${JSON.stringify({ errorType, errorMessage, stack: trace ?? [] })}`;
    this.logLine({ stream: 'stderr', level: 'ERROR', text });
  }

  end(durationMs: number, memoryBytes: number): void {
    const { requestId } = this;
    this.log(`END RequestId: ${requestId}`);
    this.log(formatReport({ requestId, durationMs, memoryMb: this.#settings.memoryMb, memoryBytes }));
  }
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function rank(level: string): number {
  return LEVELS.indexOf(level);
}
