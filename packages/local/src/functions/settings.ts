// What a function runs with.
import type { Bundle } from './bundle.ts';

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** All that decides how a function runs. */
export interface FunctionSettings {
  readonly name: string;
  readonly version: string;
  readonly bundle: Bundle;
  /** `nodejs22.x` */
  readonly runtime: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly logStream: string;
  readonly logFormat: 'Text' | 'JSON';
  /** With JSON: what is printed below it is not logged. */
  readonly applicationLogLevel: LogLevel;
}
