// `--inspect` and `--inspect-brk`: a debugger for the functions of a local cloud. Functions run in threads of this
// process, and debuggers attach to those by themselves.
import { line } from '../../printing/line.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** As Node's own flag: https://nodejs.org/api/cli.html#--inspecthostport */
const DEFAULT_PORT = 9229;

/** Not imported: the module takes 4 ms of each start. */
function inspector() {
  return process.getBuiltinModule('node:inspector');
}

/**
 * Opens what the flags ask for; with `--inspect-brk`, returns when a debugger is there.
 * @throws UsageError for a place that is none, and when it cannot listen there
 */
export function openInspector({ inspect, inspectBrk }: CloudOptions): void {
  const place = inspectBrk ?? inspect;
  if (place === undefined) return;
  const { host, port } = parsePlace(place);
  const { open, url, waitForDebugger } = inspector();
  // Node has one inspector for a process; `node --inspect` may have opened it.
  if (url() === undefined) open(port, host);
  if (url() === undefined) throw new UsageError(`The inspector cannot listen on ${host}:${port}. Is the port in use?`);
  say(
    line`A debugger stops at breakpoints of functions, in their TypeScript; time-outs of functions are off.`,
    ...(inspectBrk === undefined ? [] : [line`Nothing goes on before a debugger is attached.`]),
  );
  if (inspectBrk !== undefined) waitForDebugger();
}

function parsePlace(place: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = String(DEFAULT_PORT)] = /^(?:(.*):)?(\d+)?$/.exec(place) ?? [place, '', '-1'];
  if (host === '' || Number(port) > 65_535 || Number(port) < 0) {
    throw new UsageError(`--inspect: '${place}' is not a place to listen. Expected is [HOST:]PORT, such as 9229.`);
  }
  return { host, port: Number(port) };
}

/**
 * Lets every function go on that stands at a breakpoint: a thread that is paused cannot be ended. Returns when it has.
 */
export async function resumeFunctions(): Promise<void> {
  const { Session, url } = inspector();
  if (url() === undefined) return;
  const session = new Session();
  session.connect();
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    for (const [index, method] of ['Debugger.enable', 'Debugger.resume'].entries()) {
      const message = JSON.stringify({ id: index + 1, method });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    }
  });
  await new Promise((resolve) => session.post('NodeWorker.enable', { waitForDebuggerOnStart: false }, resolve));
  session.disconnect();
}
