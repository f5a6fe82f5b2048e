// Subscribes and unsubscribes 10,000 times on one connection, as fast as it goes: how often until the server's side closes it. Beside the
// local cloud Node's own HTTP/2 server, which does nothing but answer.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { printTable } from './measure.ts';
import { subscriptionFrame } from './topics-server.ts';

const CYCLES = 10_000;
const AT_ONCE = 16;
const LONGEST_MS = 120_000;

async function measure(kind: string): Promise<string[]> {
  const child = fork(new URL('./topics-server.mjs', import.meta.url).pathname, [kind]);
  const [{ grpcUrl, key }] = await once(child, 'message');
  const session = connect(grpcUrl);
  session.on('error', () => {});
  let end: string | undefined;
  session.on('goaway', (code) => {
    end ??= `closed with GOAWAY ${code}`;
  });
  let heard = 0;
  const cycle = () =>
    new Promise<void>((resolve) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/cache_client.pubsub.Pubsub/Subscribe',
        ...{ 'content-type': 'application/grpc', te: 'trailers', authorization: key },
      });
      stream.on('error', () => {});
      stream.on('close', resolve);
      stream.once('data', () => {
        heard++;
        stream.close(constants.NGHTTP2_CANCEL);
      });
      stream.end(subscriptionFrame());
    });
  const started = performance.now();
  while (heard < CYCLES && end === undefined) {
    if (performance.now() - started > LONGEST_MS) end = 'given up';
    else await Promise.all(Array.from({ length: AT_ONCE }, cycle));
  }
  const seconds = (performance.now() - started) / 1000;
  session.destroy();
  child.kill();
  return [process.version, kind, String(heard), seconds.toFixed(1), end ?? 'open to the end'];
}

const rows = [await measure('earwitness'), await measure('bare node')];
printTable(['Node', 'server', 'cycles', 'seconds', 'connection'], rows);
