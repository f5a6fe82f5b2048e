// The proxy that gRPC clients of this machine had before `grpc_proxy` named the local cloud: what they ask of other
// hosts goes through it still, or past it, as its user said.
import { BlockList, isIP } from 'node:net';
import { OptionError } from '../guard.ts';
import type { Target } from './target.ts';

export interface NextProxyOptions {
  /** `http://[user:password@]host:port`: what `grpc_proxy` or `https_proxy` held. */
  readonly url: string;
  /** Hosts that are reached without it, as in `no_proxy`: ends of names, addresses, networks (`10.0.0.0/8`), or `*`. */
  readonly except?: readonly string[];
}

export interface NextProxy {
  readonly host: string;
  readonly port: number;
  /** For `Proxy-Authorization`; absent when it takes none. */
  readonly credentials?: string;
  serves(target: Target): boolean;
}

/** @throws OptionError for a URL that is not an http one: gRPC clients take no other proxy. */
export function createNextProxy({ url, except = [] }: NextProxyOptions): NextProxy {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // Not quoted: it may hold a password.
  if (parsed?.protocol !== 'http:')
    throw new OptionError('nextProxy: its url is not the address of a proxy, such as http://proxy.example.com:3128.');
  const user = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  const networks = networksIn(except);
  const ends = except.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(parsed.port || 80),
    ...(user !== '' && { credentials: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
    serves({ host }) {
      if (ends.some((end) => end === '*' || host.endsWith(end))) return false;
      const family = isIP(host);
      return family === 0 || !networks.check(host, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

function networksIn(except: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const text of except) {
    const [, address = '', bits] = /^\s*([0-9a-f:.]+)\/(\d{1,3})\s*$/i.exec(text) ?? [];
    const family = isIP(address);
    const prefix = Number(bits);
    if (family !== 0 && prefix <= (family === 6 ? 128 : 32)) {
      networks.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
    }
  }
  return networks;
}
