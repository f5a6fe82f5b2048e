// The process under test: a local cloud, and nothing else that costs time. It tells its parent where it listens, every few
// milliseconds how much processor time it has used, and, when asked, what its journal holds against it.
import { Socket } from 'node:net';
import { startLocal } from '@earwitness/local';
import type { FromCloud, ToCloud } from './cloud-process.ts';

const SAMPLE_MS = 20;

const tell = (message: FromCloud) => process.send?.(message);

function sample(): void {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'sample', at: performance.timeOrigin + performance.now(), cpuMs: (user + system) / 1000 });
}

// Inputs name addresses of every kind. Whatever the cloud makes of them, it reaches nobody but this machine.
const { connect } = Socket.prototype;
Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host =
    first !== null && typeof first === 'object' && 'host' in first ? String(first.host ?? 'localhost') : 'localhost';
  if (!/^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host)) {
    return this.destroy(Object.assign(new Error(`not reached by the fuzz: ${host}`), { code: 'ENOTFOUND' }));
  }
  return Reflect.apply(connect, this, args);
};

const local = await startLocal({ home: process.argv[2] ?? '' });

// Heard as they come: an input may have the journal forgotten.
let faults: string[] = [];
local.journal.listen((fact) => {
  if (fact.kind === 'fault') faults.push(`${fact.about}: ${fact.message}\n${fact.stack ?? 'no stack'}`);
});

process.on('message', async (message: ToCloud) => {
  if (message === 'reset') await local.reset();
  sample();
  tell({ kind: 'report', faults, rssBytes: process.memoryUsage.rss() });
  faults = [];
});
process.once('disconnect', () => process.exit());

setInterval(sample, SAMPLE_MS);
tell({ kind: 'ready', url: local.url, httpsUrl: local.httpsUrl, momentoKey: local.env.MOMENTO_API_KEY });
