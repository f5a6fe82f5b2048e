// `earwitness doctor`: everything a test needs, looked at one after the other, each line with what to do when it is not
// well. It asks what a test would ask: opens the subscription that the environment and the configuration describe, and
// closes it again.
import { lookup } from 'node:dns/promises';
import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import { findConfigFile, loadConfigFile } from '../../config-file.ts';
import { ConfigurationError, messageLines } from '../../errors.ts';
import { wallClock } from '../../hearing/clock.ts';
import { indent, type Line, line } from '../../printing/line.ts';
import { isOk, request } from '../../request.ts';
import { subscribe, takeDefaults } from '../../subscribe.ts';
import { BLOCKED_PORTS } from '../blocked-ports.ts';
import { DEFAULT_PORT } from '../cloud-options.ts';
import { misleadingEffect } from '../misleading.ts';
import { readNodes } from '../running/admin.ts';
import { sayNodes } from '../running/nodes.ts';
import { paint, print, printData } from '../terminal.ts';

/** One thing that was looked at. */
interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** One line, or what an error says in several. */
  readonly text: string | readonly Line[];
  readonly remedy?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How long a cloud may take to answer, ms. Ours. */
const PATIENCE_MS = 15_000;

export interface DoctorOptions {
  readonly json?: boolean;
  /** The configuration that is looked at, and that the subscription takes, in the place of the one that is found. */
  readonly config?: string;
}

/** Prints a line for each finding, or all as JSON; the exit code is 1 when one fails. */
export async function doctor({ json = false, config }: DoctorOptions): Promise<void> {
  const environment: Environment = process.env;
  const all: Finding[] = [];
  for (const look of [node, () => configuration(config), cloud, trust, misleading, hostPrefix, subscription]) {
    // Where no cloud is named, nothing can be subscribed to: that would be told twice.
    const isNowhere = look === subscription && !environment['EARWITNESS_URL'] && !environment['MOMENTO_API_KEY'];
    for (const finding of await look(environment)) {
      if (isNowhere && finding.verdict === 'fail') continue;
      all.push(finding);
      if (!json) print(...findingLines(finding));
    }
  }
  const ok = all.every(({ verdict }) => verdict !== 'fail');
  if (!ok) process.exitCode = 1;
  if (!json) return;
  const findings = all.map(({ text, ...finding }) => ({ ...finding, text: linesIn(text).map(String).join('\n') }));
  printData(JSON.stringify({ ok, findings }, undefined, 2));
}

function findingLines({ verdict, text, remedy }: Finding): Line[] {
  const [first = '', ...more] = typeof text === 'string' ? wrapped(text) : text;
  const [arrow = '', ...rest] = remedy === undefined ? [] : wrapped(remedy);
  const remedyLines = remedy === undefined ? [] : [line`  ${paint.dim('→')} ${arrow}`, ...indent(rest, '    ')];
  return [line`${MARKS[verdict]} ${first}`, ...indent(more, '    '), ...remedyLines];
}

/** In the columns of a terminal, with what stands in front. */
function wrapped(text: string): Line[] {
  return wrapWords(showControls(text), 76).map((part) => line`${part}`);
}

function linesIn(text: Finding['text']): readonly Line[] {
  return typeof text === 'string' ? [line`${text}`] : text;
}

const MARKS = { ok: paint.green('✓'), warn: paint.yellow('!'), fail: paint.red('✗') };

function node(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const text = `Node ${process.versions.node}`;
  if (major > 20 || (major === 20 && minor >= 19)) return [{ verdict: 'ok', text }];
  return [{ verdict: 'fail', text, remedy: 'Earwitness needs Node 20.19 or newer' }];
}

async function configuration(named: string | undefined): Promise<Finding[]> {
  const file = named === undefined ? findConfigFile(process.cwd()) : resolve(named);
  if (file === undefined)
    return [{ verdict: 'ok', text: 'no earwitness.config.ts: flags and the environment say it all' }];
  const name = relative(process.cwd(), file);
  try {
    const loaded = await loadConfigFile(file);
    if (named !== undefined) takeDefaults(loaded);
    const { config } = loaded;
    const stacks = Object.keys(config.stacks ?? {});
    return [{ verdict: 'ok', text: `${name}${stacks.length === 0 ? '' : `: deploys ${stacks.join(', ')}`}` }];
  } catch (error) {
    const text = error instanceof ConfigurationError ? messageLines(error) : wordsOf(error);
    return [{ verdict: 'fail', text, remedy: `fix ${name}` }];
  }
}

/** Which cloud the environment leads to, and whether a local one answers. */
async function cloud({ EARWITNESS_URL, MOMENTO_API_KEY }: Environment): Promise<Finding[]> {
  if (EARWITNESS_URL) {
    if (await answers(`${EARWITNESS_URL}/health`)) {
      return [{ verdict: 'ok', text: `local cloud at ${dirname(EARWITNESS_URL)}` }, ...(await nodes(EARWITNESS_URL))];
    }
    const remedy = 'start it (earwitness dev), then eval "$(npx earwitness env)"';
    return [
      { verdict: 'fail', text: `the environment names a local cloud that does not answer: ${EARWITNESS_URL}`, remedy },
    ];
  }
  if (MOMENTO_API_KEY) return [{ verdict: 'ok', text: 'no local cloud in the environment: tests meet the real one' }];
  const usual = `http://127.0.0.1:${DEFAULT_PORT}`;
  if (await answers(`${usual}/_earwitness/health`)) {
    return [
      {
        verdict: 'fail',
        text: `a local cloud runs at ${usual}, but this environment does not know of it`,
        remedy: 'eval "$(npx earwitness env)"',
      },
    ];
  }
  return [
    {
      verdict: 'fail',
      text: 'the environment names no cloud',
      remedy: 'use earwitness exec, or earwitness dev and eval "$(npx earwitness env)"',
    },
  ];
}

/** The nodes of a cloud that has several, and where its state stands. */
async function nodes(url: string): Promise<Finding[]> {
  try {
    const found = await readNodes(url);
    return found ? sayNodes(found) : [];
  } catch (error) {
    return [{ verdict: 'warn', text: `it does not tell its nodes: ${wordsOf(error)}` }];
  }
}

/** The files with certificates that a local cloud needs. */
async function trust(environment: Environment): Promise<Finding[]> {
  if (!environment['EARWITNESS_URL']) return [];
  const names = ['NODE_EXTRA_CA_CERTS', 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'];
  const looks = names.map(async (name): Promise<Finding> => {
    const file = environment[name];
    const remedy = 'eval "$(npx earwitness env)"';
    if (!file) return { verdict: 'fail', text: `${name} is not set, so clients do not trust the local cloud`, remedy };
    const readable = await access(file, constants.R_OK).then(
      () => true,
      () => false,
    );
    if (readable) return { verdict: 'ok', text: `${name} can be read` };
    return { verdict: 'fail', text: `${name} names ${file}, which cannot be read`, remedy };
  });
  return Promise.all(looks);
}

/** Variables that lead clients elsewhere than the others say. */
function misleading(environment: Environment): Finding[] {
  if (!environment['EARWITNESS_URL']) return [];
  const found: Finding[] = [];
  const port = /^http:\/\/[^/]+:(\d+)/.exec(environment['EARWITNESS_URL'])?.[1];
  if (BLOCKED_PORTS.has(Number(port))) {
    found.push({
      verdict: 'warn',
      text: `fetch refuses port ${port}: tests and functions that call the local cloud by fetch fail with "bad port"`,
      remedy: 'start it with another --port',
    });
  }
  // With v1 and v2 keys `grpc_proxy` is the local cloud itself.
  const origin = /^http:\/\/[^/]+/.exec(environment['EARWITNESS_URL'])?.[0];
  const proxy = ['grpc_proxy', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].find(
    (name) => environment[name] && environment[name] !== origin,
  );
  const unproxied = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  if (proxy && !unproxied.includes('127.0.0.1')) {
    found.push({
      verdict: 'warn',
      text: `a proxy is set (${proxy}), and calls to 127.0.0.1 may go to it`,
      remedy: 'export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost',
    });
  }
  for (const name of Object.keys(environment)) {
    const effect = misleadingEffect(name);
    if (effect !== undefined)
      found.push({ verdict: 'warn', text: `${name} is set: ${effect}`, remedy: `unset ${name}` });
  }
  return found;
}

/**
 * Some operations of Step Functions are asked at `sync-` before the host, which resolves nowhere; functions that run in
 * a local cloud are led there. Source: botocore, stepfunctions, endpoint.hostPrefix.
 */
async function hostPrefix(environment: Environment): Promise<Finding[]> {
  const { EARWITNESS_URL } = environment;
  if (!EARWITNESS_URL || !hasPackage('@aws-sdk/client-sfn')) return [];
  const { hostname } = new URL(EARWITNESS_URL);
  const host = `sync-${hostname}`;
  if (await leadTogether(host, hostname)) return [];
  const calls = 'StartSyncExecution and TestState';
  const javascript: Finding = {
    verdict: 'warn',
    text: `${calls} of @aws-sdk/client-sfn ask for ${host}, a name that is not known here`,
    remedy: 'in tests: new SFNClient({ disableHostPrefix: true }); functions that run in the local cloud need nothing',
  };
  if (environment['AWS_DISABLE_HOST_PREFIX_INJECTION']) return [javascript];
  const text = `so do the AWS CLI and boto3: AWS_DISABLE_HOST_PREFIX_INJECTION is not set`;
  return [javascript, { verdict: 'warn', text, remedy: 'eval "$(npx earwitness env)"' }];
}

/** A hosts file or a name server may have been told; others know every name, and lead it elsewhere. */
async function leadTogether(...hosts: readonly string[]): Promise<boolean> {
  let stop = () => {};
  const late = new Promise<undefined>((resolve) => {
    stop = wallClock.after(LOOKUP_MS, () => resolve(undefined), { background: true });
  });
  const found = Promise.all(hosts.map((host) => lookup(host))).catch(() => undefined);
  const [first, ...others] = (await Promise.race([found, late])) ?? [];
  stop();
  return first !== undefined && others.every(({ address }) => address === first.address);
}

/** Ours: how long a name server may take. */
const LOOKUP_MS = 2000;

/** What a test does first. */
async function subscription(): Promise<Finding[]> {
  const began = performance.now();
  try {
    const events = await subscribe({ signal: AbortSignal.timeout(PATIENCE_MS) });
    const tookMs = Math.round(performance.now() - began);
    const road = events.roadMs === undefined ? '' : `, and a canary came back in ${Math.round(events.roadMs)} ms`;
    await events.unsubscribe();
    return [{ verdict: 'ok', text: `subscribed in ${tookMs} ms${road}` }];
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const reason = late ? `no answer within ${PATIENCE_MS / 1000} s` : wordsOf(error);
    return [{ verdict: 'fail', text: `cannot subscribe: ${reason}` }];
  }
}

/** Whether the project in this folder has a package. */
function hasPackage(name: string): boolean {
  try {
    createRequire(join(process.cwd(), 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function answers(url: string): Promise<boolean> {
  return request(url, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    (answer) => {
      answer.body.resume();
      return isOk(answer);
    },
    () => false,
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
