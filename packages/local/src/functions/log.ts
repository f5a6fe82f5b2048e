// What CloudWatch Logs holds of an invocation: the lines that Lambda itself writes (START, END, REPORT) around the
// function's own.
import type { LogLine } from './environment.ts';

export interface LogEvent {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** A line that the function printed, as Lambda's Node runtime writes it. */
export function formatLine(
  line: LogLine,
  options: { readonly at: number; readonly requestId: string | undefined; readonly format: 'Text' | 'JSON' },
): string {
  if (line.level === undefined) return line.text.replace(/\n$/, '');
  const timestamp = new Date(options.at).toISOString();
  if (options.format === 'JSON') {
    return JSON.stringify({ timestamp, level: line.level, requestId: options.requestId, message: line.text });
  }
  return `${timestamp}\t${options.requestId ?? 'undefined'}\t${line.level}\t${line.text}`;
}

export function formatReport(options: {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly memoryBytes: number;
}): string {
  const { requestId, durationMs, memoryMb, memoryBytes } = options;
  const used = Math.ceil(memoryBytes / 2 ** 20);
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${used} MB\t`,
  ].join('\t');
}
