// What every command that starts or looks for a local cloud can be told.

/** Where LocalStack listened, and where existing scripts look. */
export const DEFAULT_PORT = 4566;

/** Flags that every command with a cloud takes. */
export interface CloudOptions {
  readonly template?: readonly string[];
  readonly parameter?: readonly string[];
  /** Given at all: relay; what it names are further buses. */
  readonly relay?: readonly string[];
  readonly config?: string;
  readonly cwd?: string;
  readonly port?: string;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}
