// What a CONNECT request asks for: `host:port`, and nothing else (RFC 9110, 9.3.6).
import { isIPv6 } from 'node:net';

export interface Target {
  /** In lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `undefined` for a text that is not a host and a port. */
export function parseTarget(text: string): Target | undefined {
  const [, address, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = (address ?? name)?.toLowerCase();
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65535 || (address !== undefined && !isIPv6(address))) return undefined;
  return { host, port };
}

export function formatTarget({ host, port }: Target): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
