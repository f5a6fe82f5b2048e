// What the command line gives to shells: the variables of a local cloud, and completion.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Local, startLocal } from '@earwitness/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earwitness } from './run.ts';

const HOSTILE = `it's "$(id)" \\ x`;

let cwd: string;
let local: Local;
let json: Record<string, string>;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'earwitness-shells-'));
  local = await startLocal();
  const Outputs = { Note: { Value: HOSTILE } };
  const template = JSON.stringify({ Resources: { Q: { Type: 'AWS::SQS::Queue' } }, Outputs });
  await local.deploy({ name: 'shop', template });
  json = JSON.parse((await env('--json')).stdout) as Record<string, string>;
});
afterAll(async () => {
  await local.close();
  rmSync(cwd, { recursive: true });
});

const env = (...args: string[]) =>
  earwitness(['env', ...args], { cwd, env: { EARWITNESS_URL: `${local.url}/_earwitness`, NO_PROXY: undefined } });

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;
for (const shell of ['fish', 'zsh']) if (!has(shell)) console.info(`Skipped: ${shell} is not on this machine.`);

describe('env', () => {
  test('as JSON, by either flag: what is set, and nothing else', async () => {
    expect(json).toMatchObject({ NOTE: HOSTILE, AWS_ENDPOINT_URL: local.url });
    expect((await env('--format', 'json')).stdout).toBe((await env('--json')).stdout);
  });

  test('as a file of variables, which Node reads back', async () => {
    const { stdout } = await env('--format', 'dotenv');
    const proxies = { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
    expect(parseEnv(stdout)).toEqual({ ...proxies, no_grpc_proxy: '127.0.0.1,localhost', ...json });
  });

  test.skipIf(!has('fish'))('fish has the variables afterwards, and what misleads is gone', async () => {
    const { stdout } = await env('--format', 'fish');
    writeFileSync(join(cwd, 'env.fish'), stdout);
    const script = 'source env.fish; printf "%s|%s|%s" "$NOTE" "$AWS_ENDPOINT_URL" "$AWS_PROFILE"';
    const shell = spawnSync('fish', ['-N', '-c', script], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: cwd, AWS_PROFILE: 'work' },
    });
    expect([shell.stdout, shell.stderr]).toEqual([`${HOSTILE}|${local.url}|`, '']);
  });

  test('PowerShell gets lines that set, and lines that take away', async () => {
    const lines = (await env('--format', 'pwsh')).stdout.split('\n');
    expect(lines).toContain('Remove-Item Env:AWS_PROFILE -ErrorAction SilentlyContinue');
    expect(lines).toContain(`$env:NOTE = 'it''s "$(id)" \\ x'`);
  });

  test('another shell is refused with those that there are', async () => {
    const { code, stderr } = await env('--format', 'tcsh');
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--format <name>' argument 'tcsh' is invalid. Allowed choices are sh, fish, pwsh, dotenv, json.",
    ]);
  });
});

const script = async (shell: string) => (await earwitness(['completion', shell])).stdout;

describe('completion', () => {
  test('bash completes commands, flags and values, and leaves files and the command of exec to itself', async () => {
    writeFileSync(join(cwd, 'completion.bash'), await script('bash'));
    const complete = (...words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      const run = `source completion.bash; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _earwitness; echo "\${COMPREPLY[*]}"`;
      const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', run], { cwd, encoding: 'utf8' });
      return [stdout.trim(), stderr];
    };
    expect(complete('earwitness', 're')).toEqual(['relay replay report reset', '']);
    expect(complete('earwitness', 'send', '--de')).toEqual(['--detail-type --detail', '']);
    expect(complete('earwitness', 'env', '--format', '')).toEqual(['sh fish pwsh dotenv json', '']);
    expect(complete('earwitness', 'completion', '')).toEqual(['bash zsh fish', '']);
    expect(complete('earwitness', 'send', '-f', '')).toEqual(['', '']);
    expect(complete('earwitness', 'exec', '--', '-')).toEqual(['', '']);
  });

  test.skipIf(!has('fish'))('fish does the same, with descriptions', async () => {
    writeFileSync(join(cwd, 'completion.fish'), await script('fish'));
    const complete = (line: string) => {
      const run = `source completion.fish; complete -C '${line}'`;
      const { stdout } = spawnSync('fish', ['-N', '-c', run], {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, HOME: cwd },
      });
      return stdout.trim().split('\n');
    };
    expect(complete('earwitness env --format ').map((row) => row.split('\t')[0])).toEqual([
      'dotenv',
      'fish',
      'json',
      'pwsh',
      'sh',
    ]);
    expect(complete('earwitness rese')).toEqual([
      'reset\tforget everything, stacks too; with --keep-stacks what tests left behind',
    ]);
  });

  test.skipIf(!has('zsh'))('zsh takes the script without a word', async () => {
    writeFileSync(join(cwd, 'completion.zsh'), await script('zsh'));
    const run = 'autoload -U compinit; compinit -u -D; source completion.zsh; print $_comps[earwitness]';
    const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', run], { cwd, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['_earwitness\n', '']);
  });

  test('another shell is refused with those that there are', async () => {
    const { code, stderr } = await earwitness(['completion', 'tcsh']);
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
    ]);
  });
});

describe('help', () => {
  test('names every command at 80 columns, and where the exit codes are', async () => {
    const { stdout } = await earwitness(['--help']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(
      /^Exit codes: 0 fine; 1 what was asked for failed; [\s\S]*docs\/guide\/command-line\.md\n$/m,
    );
  });

  test.each([
    ...['check', 'completion', 'dev', 'doctor', 'env', 'exec', 'explain', 'init', 'invoke', 'lock'],
    ...['logs', 'open', 'relay', 'replay', 'report', 'reset', 'send', 'tail', 'time'],
  ])('of %s fits, and shows no default that says nothing', async (command) => {
    const { stdout } = await earwitness([command, '--help']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toMatch(/default: \[\]|preset|default: ""/);
  });

  test('dev and exec say their real ports', async () => {
    const portOf = async (command: string) => {
      const { stdout } = await earwitness([command, '--help']);
      return /--port <number> +([^-]*?)\n +--/s.exec(stdout)?.[1]?.replaceAll(/\s+/g, ' ');
    };
    expect(await portOf('dev')).toBe('port of the local cloud (default: 4566, or a free one when that is in use)');
    expect(await portOf('exec')).toBe('port of the local cloud (default: a free one)');
    expect(await portOf('env')).toBe('port of the local cloud (default: as EARWITNESS_URL says, else 4566)');
  });
});
