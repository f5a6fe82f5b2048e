// What every command that starts or looks for a local cloud can be told.

/** Where LocalStack listened, and where existing scripts look. */
export const DEFAULT_PORT = 4566;

/** Flags that every command with a cloud takes. */
export interface CloudOptions {
  readonly template?: readonly string[];
  readonly parameter?: readonly string[];
  readonly relay?: boolean;
  readonly config?: string;
  readonly cwd?: string;
  readonly port?: string;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}
