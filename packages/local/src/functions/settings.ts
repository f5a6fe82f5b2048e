// What a function runs with.

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** All that decides how a function's program runs. */
export interface FunctionSettings {
  readonly name: string;
  readonly version: string;
  /** `nodejs22.x` */
  readonly runtime: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'Text' | 'JSON';
  /** With JSON: what is printed below it is not logged. */
  readonly applicationLogLevel: LogLevel;
}
