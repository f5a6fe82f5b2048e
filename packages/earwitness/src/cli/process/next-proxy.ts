// The proxy of gRPC clients in an environment, as they find it themselves. Source: grpc-js 1.13.5, http_proxy.ts.
import { misleadingNames } from '../misleading.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface NextProxy {
  readonly url: string;
  readonly except: readonly string[];
}

/** `undefined` where there is none, or none that gRPC clients take. One of another local cloud is none. */
export function nextProxyOf(environment: Environment): NextProxy | undefined {
  const misleading = new Set(misleadingNames(environment));
  const name = ['grpc_proxy', 'https_proxy', 'http_proxy'].find((one) => environment[one] && !misleading.has(one));
  const url = name === undefined ? undefined : environment[name];
  if (url === undefined || !URL.canParse(url) || new URL(url).protocol !== 'http:') return undefined;
  return { url, except: (environment['no_grpc_proxy'] || environment['no_proxy'] || '').split(',').filter(Boolean) };
}
