// Options of every command that starts or looks for a local cloud.

import type { Isolation } from '@earwitness/protocol/internal/functions/isolation';
import type { KeyForm } from '@earwitness/protocol/internal/momento/key';

/** Where LocalStack listened, and where existing scripts look. */
export const DEFAULT_PORT = 4566;

/**
 * `…/_earwitness` of the local cloud that a command looks for: the one on `port`, the one of this environment, or at
 * the usual port.
 */
export function adminUrl(port: string | undefined): string {
  const known = port === undefined ? process.env['EARWITNESS_URL'] : undefined;
  return known || `http://127.0.0.1:${port ?? DEFAULT_PORT}/_earwitness`;
}

/** A command for the local cloud on a port, as a person types it; at the usual port it needs no flag. */
export function commandAt(command: string, port: string | undefined): string {
  return port === undefined || port === String(DEFAULT_PORT) ? command : `${command} --port ${port}`;
}

/** The command that prints every journey. */
export const TAIL_ALL = 'earwitness tail --all';

/** Flags that every command with a cloud takes. */
export interface CloudOptions {
  readonly template?: readonly string[];
  readonly parameter?: readonly string[];
  /** `name=value`, as the two behind it. */
  readonly bus?: readonly string[];
  readonly ssm?: readonly string[];
  readonly secret?: readonly string[];
  readonly export?: readonly string[];
  /** False: nothing is deployed. */
  readonly deploy?: boolean;
  /** Given at all: relay; what it names are further buses. */
  readonly relay?: readonly string[];
  /** Only what the configuration's `unserved` names stands in. */
  readonly strict?: boolean;
  /** What runs functions of Node. */
  readonly isolation?: Isolation;
  /** A NATS server on which the cloud's state stands. */
  readonly backbone?: string;
  /** A folder in which it stands. */
  readonly data?: string;
  readonly nodeName?: string;
  readonly config?: string;
  readonly cwd?: string;
  readonly port?: string;
  readonly tlsPort?: string;
  readonly momentoKey?: KeyForm;
  /** Given at all: a further port, for `forMomentoLocal()`. */
  readonly momentoLocal?: string;
  /** Given at all: a port for `/block` and `/unblock`. */
  readonly momentoAdmin?: string;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  /** Given at all: an inspector; its text is where it listens. */
  readonly inspect?: string;
  /** The same, and nothing goes on before a debugger is there. */
  readonly inspectBrk?: string;
}
