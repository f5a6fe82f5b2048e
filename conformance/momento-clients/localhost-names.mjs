// Names below `localhost` are of this machine (RFC 6761, 6.3), and most resolvers know only `localhost` itself.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

for (const [resolver, name] of [
  [dns, 'lookup'],
  [dns.promises, 'lookup'],
]) {
  const lookup = resolver[name];
  resolver[name] = (host, ...more) => lookup(host.endsWith('.localhost') ? 'localhost' : host, ...more);
}
syncBuiltinESMExports();
