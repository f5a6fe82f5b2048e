// `dev --inspect` as a debugger sees it: by the inspector protocol, over its WebSocket.
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { earwitness } from './run.ts';
import { type Staying, stay } from './staying.ts';

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/orders.ts] } }
    Properties:
      CodeUri: .
      Handler: orders.handler
      Runtime: nodejs22.x
      Timeout: 3
      Events: { Post: { Type: HttpApi, Properties: { Path: /, Method: POST } } }
Outputs:
  ApiUrl: { Value: !Sub 'https://\${ServerlessHttpApi}.execute-api.\${AWS::Region}.amazonaws.com' }
`;

const HANDLER = `interface Order {
  readonly id: string;
}

export async function handler({ body }: { readonly body: string }): Promise<object> {
  const order: Order = JSON.parse(body);
  return { id: order.id };
}
`;

/** Where a debugger would set a breakpoint: 1 for the first line. */
const BREAKPOINT = 7;

/** What comes of events of the protocol; answers have no `method`. */
interface Message {
  readonly method?: string;
  readonly params?: {
    readonly sessionId?: string;
    readonly message?: string;
    readonly scriptId?: string;
    readonly sourceMapURL?: string;
    readonly endLine?: number;
    readonly callFrames?: readonly { readonly functionName: string }[];
  };
}

/** A debugger that stops at the breakpoint in each function's thread, as VS Code does. */
class Debugger extends EventEmitter {
  /** Resolves when the breakpoint has its place in a script. */
  readonly bound = once(this, 'bound');
  #socket: WebSocket;
  #source: string;
  #count = 0;
  #paused = '';

  constructor(url: string, source: string) {
    super();
    this.#source = source;
    this.#socket = new WebSocket(url);
    this.#socket.on('open', () => {
      this.#post('NodeWorker.enable', { waitForDebuggerOnStart: true });
      this.#post('Runtime.runIfWaitingForDebugger');
    });
    this.#socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
    onTestFinished(() => this.#socket.terminate());
  }

  resume(): void {
    this.#tell(this.#paused, 'Debugger.resume');
  }

  goOn(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#post('Runtime.runIfWaitingForDebugger');
  }

  disconnect(): void {
    this.#socket.terminate();
  }

  #post(method: string, params: object = {}): void {
    this.#socket.send(JSON.stringify({ id: ++this.#count, method, params }));
  }

  #tell(sessionId: string, method: string, params: object = {}): void {
    const message = JSON.stringify({ id: ++this.#count, method, params });
    this.#post('NodeWorker.sendMessageToWorker', { sessionId, message });
  }

  #receive({ method, params: { sessionId = '', message = '' } = {} }: Message): void {
    if (method === 'NodeWorker.attachedToWorker') {
      this.#tell(sessionId, 'Debugger.enable');
      this.#tell(sessionId, 'Runtime.runIfWaitingForDebugger');
    }
    if (method === 'NodeWorker.receivedMessageFromWorker') this.#receiveFrom(sessionId, JSON.parse(message));
  }

  #receiveFrom(sessionId: string, { method, params = {} }: Message): void {
    const { scriptId, sourceMapURL = '', endLine = 0, callFrames = [] } = params;
    if (method === 'Debugger.scriptParsed') {
      const lineNumber = generatedLine(sourceMapURL, endLine, this.#source);
      if (lineNumber === undefined) return;
      this.#tell(sessionId, 'Debugger.setBreakpoint', { location: { scriptId, lineNumber } });
      this.emit('bound');
    }
    if (method === 'Debugger.paused') {
      this.#paused = sessionId;
      this.emit('paused', callFrames[0]?.functionName);
    }
  }
}

/** The line of a script that comes from the breakpoint's line of a source; 0 for the first. */
function generatedLine(sourceMapURL: string, endLine: number, source: string): number | undefined {
  const base64 = /^data:application\/json;base64,(.*)$/.exec(sourceMapURL)?.[1];
  if (base64 === undefined) return undefined;
  const map = new SourceMap(JSON.parse(Buffer.from(base64, 'base64').toString()));
  for (let line = 0; line <= endLine; line++) {
    const entry = map.findEntry(line, 4);
    if (!('originalSource' in entry)) continue;
    if (entry.originalSource === source && entry.originalLine === BREAKPOINT - 1) return line;
  }
  return undefined;
}

function writeProject() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'earwitness-inspect-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE);
  const source = join(folder, 'src', 'orders.ts');
  writeFileSync(source, HANDLER);
  return { folder, source };
}

/** `earwitness dev --inspect` with an order service, a debugger on it that has its breakpoint, and a request on its way. */
async function startPaused(): Promise<{
  readonly dev: Staying;
  readonly attached: Debugger;
  readonly answer: Promise<Response>;
  readonly port: string;
}> {
  const { folder, source } = writeProject();
  const dev = stay(['dev', '--port', '0', '--inspect', '0'], { cwd: folder });
  const [, url = ''] = /(ws:\/\/\S+)/.exec(await dev.until('Ctrl-C stops.')) ?? [];
  const printed = await dev.until('Ctrl-C stops.');
  const [, port = ''] = /AWS endpoint +http:\/\/127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
  const env: Record<string, string> = JSON.parse((await earwitness(['env', '--json', '--port', port])).stdout);
  const attached = new Debugger(url, pathToFileURL(source).href);
  await attached.bound;
  const paused = once(attached, 'paused');
  const answer = fetch(env['API_URL'] ?? '', { method: 'POST', body: '{"id":"4711"}' });
  answer.catch(() => {});
  expect(await paused).toEqual(['handler']);
  return { dev, attached, answer, port };
}

test('a breakpoint of a TypeScript handler stops it, past its time-out', async () => {
  const { attached, answer, port } = await startPaused();
  const admin = `http://127.0.0.1:${port}/_earwitness`;
  await fetch(`${admin}/clock/advance`, { method: 'POST', body: '{"ms":60000}', headers: { 'x-earwitness': '1' } });
  const { facts } = (await (await fetch(`${admin}/journal`)).json()) as { facts: readonly { readonly kind: string }[] };
  expect(facts.filter(({ kind }) => kind === 'function.overdue')).toEqual([
    expect.objectContaining({ functionName: expect.stringContaining('Orders'), limitMs: 3000 }),
  ]);
  attached.resume();
  const response = await answer;
  expect([response.status, await response.json()]).toEqual([200, { id: '4711' }]);
});

test('Ctrl-C ends a cloud whose function stands at a breakpoint', async () => {
  const { dev, attached } = await startPaused();
  const ended = dev.interrupt();
  await dev.until('Waiting for the debugger to disconnect');
  attached.disconnect();
  expect((await ended).code).toBe(0);
});

test('a second Ctrl-C ends it also when the debugger stays', async () => {
  const { dev } = await startPaused();
  void dev.interrupt();
  await dev.until('Waiting for the debugger to disconnect');
  // By the signal, which has no exit code.
  expect((await dev.interrupt()).code).toBe(null);
});

test('a function in a process has an inspector of its own, and says where; its script bears its source map', async () => {
  const { folder, source } = writeProject();
  const dev = stay(['dev', '--port', '0', '--inspect', '0', '--isolation', 'process'], { cwd: folder });
  const [, port = ''] = /AWS endpoint +http:\/\/127\.0\.0\.1:(\d+)/.exec(await dev.until('Ctrl-C stops.')) ?? [];
  const readLogs = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/_earwitness/journal`);
    const { facts } = (await response.json()) as {
      facts: readonly { readonly kind: string; readonly line?: string }[];
    };
    return facts.flatMap(({ kind, line = '' }) => (kind === 'function.log' ? [line] : [])).join('\n');
  };
  await expect.poll(readLogs).toContain('Debugger listening on ws://');
  const socket = new WebSocket(/(ws:\/\/\S+)/.exec(await readLogs())?.[1] ?? '');
  onTestFinished(() => socket.terminate());
  const bound = new Promise<number>((resolve) => {
    socket.on('message', (data) => {
      const { sourceMapURL = '', endLine = 0 } = (JSON.parse(String(data)) as Message).params ?? {};
      const line = generatedLine(sourceMapURL, endLine, pathToFileURL(source).href);
      if (line !== undefined) resolve(line);
    });
  });
  socket.on('open', () => socket.send(JSON.stringify({ id: 1, method: 'Debugger.enable' })));
  expect(await bound).toBeGreaterThan(0);
});

test('exec --inspect-brk runs nothing before a debugger is there', async () => {
  const command = [process.execPath, '-e', 'console.log("it ran")'];
  const exec = stay(['exec', '--no-deploy', '--inspect-brk', '0', '--', ...command]);
  const printed = await exec.until('Nothing goes on before a debugger is attached.');
  expect(printed).not.toContain('it ran');
  const attached = new Debugger(/(ws:\/\/\S+)/.exec(printed)?.[1] ?? '', '');
  // Told once, it may be told in the moment before the process waits.
  const telling = setInterval(() => attached.goOn(), 100);
  await exec.until('it ran').finally(() => clearInterval(telling));
  attached.disconnect();
});

test('a place that is none is refused', async () => {
  const { code, stderr } = await earwitness(['exec', '--no-deploy', '--inspect', 'here', '--', 'true']);
  expect([code, stderr]).toEqual([
    2,
    "earwitness: --inspect: 'here' is not a place to listen. Expected is [HOST:]PORT, such as 9229.\n",
  ]);
});
