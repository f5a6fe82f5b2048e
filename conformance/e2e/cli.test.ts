// The command line as a person uses it: one process, its output, its exit code.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cli, earwitness } from './run.ts';
import { stay } from './staying.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'earwitness-cli-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const exec = (...args: string[]) => earwitness(['exec', ...args], { cwd: directory });
const node = (code: string) => ['--', process.execPath, '-e', code];

describe('exec', () => {
  test('passes the exit code of the command on', async () => {
    expect((await exec(...node('process.exit(7)'))).code).toBe(7);
  });

  test('sets the environment that unmodified clients read', async () => {
    const { code, stdout } = await exec(...node('console.log(JSON.stringify(process.env))'));
    expect(code).toBe(0);
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^\d{12}$/),
      MOMENTO_API_KEY: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      MOMENTO_HTTP_ENDPOINT: env['AWS_ENDPOINT_URL'],
      CACHE_NAME: 'earwitness',
      TOPIC_NAME: 'events',
      NODE_EXTRA_CA_CERTS: env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'],
      EARWITNESS_URL: `${env['AWS_ENDPOINT_URL']}/_earwitness`,
    });
  });

  test('sets every stack output in upper snake case', async () => {
    writeFileSync(
      join(directory, 'queue.yaml'),
      'Resources:\n  Q: { Type: AWS::SQS::Queue }\nOutputs:\n  QueueUrl: { Value: !Ref Q }\n',
    );
    const { stdout } = await exec('--template', 'q=queue.yaml', ...node('console.log(process.env.QUEUE_URL)'));
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/q-Q-[A-Z0-9]{12}\n$/);
  });

  test('sets no output under a name that others read as a setting, and says so', async () => {
    const outputs = ['Path', 'NodeOptions', 'AwsRegion', 'AwsEndpointUrlSqs', 'QueueUrl'];
    writeFileSync(
      join(directory, 'settings.yaml'),
      `Resources:\n  Q: { Type: AWS::SQS::Queue }\nOutputs:\n${outputs.map((name) => `  ${name}: { Value: mine }\n`).join('')}`,
    );
    const names = 'PATH NODE_OPTIONS AWS_REGION AWS_ENDPOINT_URL_SQS QUEUE_URL'.split(' ');
    const code = `console.log(...${JSON.stringify(names)}.map((name) => process.env[name] === 'mine'))`;
    const { stdout, stderr } = await exec('--template', 's=settings.yaml', ...node(code));
    expect(stdout).toBe('false false false false true\n');
    expect(stderr.split('\n')).toEqual([
      'Output Path of stack s does not become a variable: others read PATH as a setting. Give it another name.',
      'Output NodeOptions of stack s does not become a variable: others read NODE_OPTIONS as a setting. Give it another name.',
      'Output AwsRegion of stack s does not become a variable: others read AWS_REGION as a setting. Give it another name.',
      'Output AwsEndpointUrlSqs of stack s does not become a variable: others read AWS_ENDPOINT_URL_SQS as a setting. Give it another name.',
      '',
    ]);
  });

  test('answers under the names that --allow-host adds, on every address when --host says so, and warns of that', async () => {
    const code = `
      const url = new URL(process.env.EARWITNESS_URL + '/health');
      const ask = (host) => new Promise((resolve) =>
        require('node:http').get(url, { headers: { host } }, (response) => resolve(response.resume().statusCode)));
      Promise.all(['shop.internal', 'evil.example'].map(ask)).then((all) => console.log(url.hostname, ...all));
    `;
    const { stdout, stderr } = await exec(
      '--no-deploy',
      '--host',
      '0.0.0.0',
      '--allow-host',
      'shop.internal',
      ...node(code),
    );
    expect(stdout).toBe('127.0.0.1 200 403\n');
    expect(stderr).toBe(
      'Listening on 0.0.0.0: everyone who reaches this machine over its network can run code on it.\n',
    );
  });

  test('refuses a host name, an origin or an address that is none', async () => {
    const refused = async (...args: string[]) => (await exec('--no-deploy', ...args, ...node(''))).stderr;
    expect([
      await refused('--allow-host', 'http://x'),
      await refused('--allow-origin', 'x'),
      await refused('--host', '192.0.2.1'),
    ]).toMatchInlineSnapshot(`
      [
        "earwitness: hosts: 'http://x' is not a host name. Expected is a name without scheme and port, such as 'host.docker.internal'.
      ",
        "earwitness: origins: 'x' is not an origin. Expected is a scheme, a host and perhaps a port, such as 'https://app.example.com:8443'.
      ",
        "earwitness: This machine cannot listen on port 0 of 192.0.2.1 (EADDRNOTAVAIL).
      ",
      ]
    `);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('without a terminal, %s ends the command and then the local cloud', async (signal, code) => {
    const ready = node('console.log("ready");setInterval(() => {}, 1e6)');
    const child = spawn(process.execPath, [cli, 'exec', ...ready], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    expect(await ended).toBe(code);
  });

  test('a command that does not exist answers 127 and says so', async () => {
    expect(await exec('--no-deploy', '--', 'no-such-command')).toMatchObject({
      code: 127,
      stderr: "earwitness: cannot run 'no-such-command': command not found\n",
    });
  });

  test('a template that is missing answers 2 and names the file', async () => {
    const { code, stderr } = await exec('--template', 'orders=missing.yaml', ...node(''));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `earwitness: the template of stack orders cannot be read: ${join(directory, 'missing.yaml')}\n`,
    });
  });

  test('a template that is not YAML answers 1 and names the line', async () => {
    writeFileSync(join(directory, 'broken.yaml'), 'Resources:\n  Q:\n    Type: [AWS::SQS::Queue\n');
    const { code, stderr } = await exec('--template', 'b=broken.yaml', ...node(''));
    expect(code).toBe(1);
    expect(stderr).toMatch(/line \d/);
  });

  test('a resource that cannot be made answers 1 and says which and where', async () => {
    writeFileSync(join(directory, 'unsupported.yaml'), 'Resources:\n  Users:\n    Type: AWS::ECR::Repository\n');
    const { code, stderr } = await exec('--strict', '--template', 'u=unsupported.yaml', ...node(''));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `earwitness: Stack u could not be deployed.

  Wrong: 1
    Earwitness does not make resources of these types:
      1 × AWS::ECR::Repository: Users (line 3)
        → let it stand in: unserved: { 'AWS::ECR::Repository': 'stand-in' }
`,
    });
  });

  test('a port in use answers 2 and says what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await exec('--no-deploy', '--port', String(port), ...node(''));
    server.close();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `earwitness: port ${port} is in use. Choose another --port, or leave it out for a free one.\n`,
    });
  });
});

describe('dev', () => {
  test('says where everything is, serves env, and ends with 0 on Ctrl-C', async ({ onTestFinished }) => {
    const child = spawn(process.execPath, [cli, 'dev', '--port', '0'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const welcome = String(await new Promise((resolve) => child.stdout.once('data', resolve)));
    const port = /AWS endpoint\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(welcome)?.[1];
    expect(welcome).toContain(
      `  In another shell this sets the environment:\n    eval "$(npx earwitness env --port ${port})"\n`,
    );
    const env = await earwitness(['env', '--port', String(port)]);
    expect(env.stdout).toContain(`export AWS_ENDPOINT_URL='http://127.0.0.1:${port}'`);
    const inCloud = await earwitness(['env'], { env: { EARWITNESS_URL: `http://127.0.0.1:${port}/_earwitness` } });
    expect(inCloud.stdout).toBe(env.stdout);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  test('env makes of any shell what exec makes of its child', async ({ onTestFinished }) => {
    const dev = stay(['dev', '--port', '0'], { cwd: directory });
    onTestFinished(() => void dev.interrupt());
    const port = /AWS endpoint\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(await dev.until('Ctrl-C stops'))?.[1];
    const misleading = {
      AWS_PROFILE: 'work',
      AWS_DEFAULT_PROFILE: 'work',
      AWS_SESSION_TOKEN: 'token',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_ENDPOINT_URL_SQS: 'https://sqs.example',
      AWS_CA_BUNDLE: '/etc/ca.pem',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      // Of another local cloud: none of it may stay.
      EARWITNESS_URL: 'http://127.0.0.1:2/_earwitness',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:2',
      TOPIC_NAME_ORDERS_BUS: 'events@orders-bus',
      DEAD_LETTER_QUEUE_URL: 'http://queue.localhost:2/000000000000/dead',
      API_URL: 'http://127.0.0.1:2/_apis/a/Prod/',
      'odd;name': 'http://127.0.0.1:2/',
      NEIGHBOUR_URL: 'http://127.0.0.1:20/',
      NO_PROXY: 'intern.example',
    };
    const show = `process.stdout.write(JSON.stringify(process.env))`;
    const shell = spawnSync(
      'sh',
      ['-c', `eval "$('${process.execPath}' '${cli}' env --port ${port})" && '${process.execPath}' -e '${show}'`],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], ...misleading },
      },
    );
    const child = await earwitness(['exec', ...node(show)], { cwd: directory, env: misleading });
    const settings = (text: string) =>
      Object.entries(JSON.parse(text) as Record<string, string>)
        .filter(
          ([name]) => /^(AWS_|NO_PROXY|no_|TOPIC_NAME|DEAD_|API_|NEIGHBOUR_)/.test(name) && name !== 'AWS_ENDPOINT_URL',
        )
        .sort();
    expect(settings(shell.stdout)).toEqual(settings(child.stdout));
    expect(shell.stderr).toBe('');
    expect(Object.fromEntries(settings(shell.stdout))).toEqual({
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_SECRET_ACCESS_KEY: 'earwitness',
      NEIGHBOUR_URL: 'http://127.0.0.1:20/',
      NO_PROXY: 'intern.example,127.0.0.1,localhost',
      TOPIC_NAME: 'events',
      no_grpc_proxy: 'intern.example,127.0.0.1,localhost',
      no_proxy: 'intern.example,127.0.0.1,localhost',
    });
  });

  test('without --port it takes a free one when the usual port is in use', async () => {
    const server = createServer().listen(4566, '127.0.0.1');
    // Whoever else has it serves as well.
    await new Promise((resolve) => server.once('listening', resolve).once('error', resolve));
    onTestFinished(() => void server.close());
    const dev = stay(['dev'], { cwd: directory });
    const printed = await dev.until('Ctrl-C stops');
    expect(printed).toMatch(/^Port 4566 is in use; taking a free one\.$/m);
    expect(printed).not.toContain('http://127.0.0.1:4566');
    expect((await dev.interrupt()).code).toBe(0);
  });

  test('env without a local cloud answers 2 and says how to start one', async () => {
    const { code, stderr } = await earwitness(['env', '--port', '1']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "earwitness: no local cloud answers at http://127.0.0.1:1/_earwitness/env. Start one with 'earwitness dev', or name its --port.\n",
    });
  });
});
