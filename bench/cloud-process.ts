// A local cloud as people run it, `earwitness dev` in a process of its own, with functions, and a probe on its event loop.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbeReading } from './loop-probe.ts';
import { cli } from './measure.ts';

export interface CloudProcess {
  /** Its AWS endpoint. */
  readonly url: string;
  /** The event loop since the last reading, and the memory now. */
  read(): Promise<ProbeReading>;
  /** Calls an AWS operation of the JSON protocol; returns the answer's text. */
  call(target: string, input: object): Promise<string>;
  /** Invokes a function and waits; returns its answer's text. */
  invoke(functionName: string): Promise<string>;
  stop(): Promise<void>;
}

/** `handlers`: the body of each function's handler (`async (event) => { … }`) by the function's name. They time out after 60 s. */
export async function startCloudProcess(handlers: Readonly<Record<string, string>>): Promise<CloudProcess> {
  const resources = Object.entries(handlers).map(([name, body], index) => [
    `Function${index}`,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/bench',
        Timeout: 60,
        Code: { ZipFile: `exports.handler = async (event) => { ${body} };` },
      },
    },
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'earwitness-bench-'));
  writeFileSync(join(directory, 'template.json'), JSON.stringify({ Resources: Object.fromEntries(resources) }));
  const template = resources.length > 0 ? ['--template', 'bench=template.json'] : [];
  const child = fork(cli, ['dev', '--port', '0', ...template], {
    cwd: directory,
    execArgv: ['--import', new URL('loop-probe.mjs', import.meta.url).href],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The local cloud did not start:\n${said}`)));
    child.stdout?.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C stops.')) resolve();
    });
  });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
  const post = async (path: string, headers: Record<string, string>, body: string) => {
    const service = headers['service'] ?? '';
    const response = await fetch(url + path, {
      method: 'POST',
      body,
      headers: {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    const text = await response.text();
    if (response.status >= 300) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  };
  return {
    url,
    async read() {
      const answer = once(child, 'message');
      child.send('read');
      const [reading] = await answer;
      return reading as ProbeReading;
    },
    call: (target, input) =>
      post(
        '/',
        { service: 'events', 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
        JSON.stringify(input),
      ),
    invoke: (name) => post(`/2015-03-31/functions/${name}/invocations`, { service: 'lambda' }, '{}'),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
