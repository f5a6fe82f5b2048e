// The address that a custom resource's function answers to (`ResponseURL`) bears the port of this cloud, and in the
// cloud it has none: handlers of CDK's, of the Serverless Framework's, and copies of cfn-response take its host and its
// path, and ask for them by HTTPS at port 443. docs/decisions/2026-11-29-port-443-of-our-host-leads-here.md
// And SDKs make names of that host which nobody resolves.

/**
 * Leads TLS to port 443 of this cloud's own host to the port where it listens, which answers TLS as well. Every other
 * host and port is reached as ever. Node's `https`, `http2` and `fetch` all connect by `tls.connect`.
 */
export function leadHome(): void {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || !URL.canParse(endpoint)) return;
  const { hostname, port } = new URL(endpoint);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (port === '') return;
  type Options = Readonly<Record<string, unknown>>;
  const tls: object = process.getBuiltinModule('node:tls');
  const connect: unknown = Reflect.get(tls, 'connect');
  if (typeof connect !== 'function') return;
  const isOptions = (value: unknown): value is Options => typeof value === 'object' && value !== null;
  // tls.connect(options), tls.connect(port, host, options), each with a listener at its end.
  const optionsOf = ([first, ...more]: readonly unknown[]): Options => {
    if (isOptions(first)) return first;
    const name = more.find((value) => typeof value === 'string');
    return { port: first, ...(name !== undefined && { host: name }), ...more.find(isOptions) };
  };
  const led = function (this: unknown, ...given: unknown[]): unknown {
    const options = optionsOf(given);
    const isHome = options['host'] === host && Number(options['port']) === 443;
    if (!isHome || options['socket'] || options['path']) return Reflect.apply(connect, this, given);
    const listeners = given.filter((value) => typeof value === 'function');
    // Nobody but this cloud is there, and its certificate is one that only this machine knows.
    return Reflect.apply(connect, this, [{ ...options, port: Number(port), rejectUnauthorized: false }, ...listeners]);
  };
  Object.defineProperties(led, Object.getOwnPropertyDescriptors(connect));
  Reflect.set(tls, 'connect', led);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

/**
 * Leads names that clients make of this cloud's host home. SDKs put a prefix before the host of some operations, a
 * custom endpoint's too: Step Functions' StartSyncExecution asks for `sync-127.0.0.1`, which nobody resolves. Node's
 * sockets look names up by `dns.lookup`. Source: botocore, stepfunctions, endpoint.hostPrefix.
 */
export function resolveHome(): void {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || !URL.canParse(endpoint)) return;
  const { hostname: host } = new URL(endpoint);
  const dns: object = process.getBuiltinModule('node:dns');
  const lookup: unknown = Reflect.get(dns, 'lookup');
  if (typeof lookup !== 'function') return;
  const found = function (this: unknown, name: unknown, ...given: unknown[]): unknown {
    const isPrefixed = typeof name === 'string' && name.endsWith(`-${host}`);
    return Reflect.apply(lookup, this, [isPrefixed ? host : name, ...given]);
  };
  Object.defineProperties(found, Object.getOwnPropertyDescriptors(lookup));
  Reflect.set(dns, 'lookup', found);
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}
