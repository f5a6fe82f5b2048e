// `earwitness dev`: a local cloud that stays. Says where everything is, then prints each event's journey as it comes to
// rest.
import { wallClock } from '../../hearing/clock.ts';
import { createJourneyPrinter, type JourneyPrinter } from '../../journeys/printer.ts';
import { type Line, line } from '../../printing/line.ts';
import { request } from '../../request.ts';
import { subscribe } from '../../subscribe.ts';
import type { Subscription } from '../../subscription.ts';
import { type CloudOptions, commandAt, DEFAULT_PORT } from '../cloud-options.ts';
import { type StartedCloud, startCloud } from '../start-cloud.ts';
import { paint, print, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { TAIL_ALL } from './tail.ts';

export interface DevOptions extends CloudOptions {
  readonly send?: string;
}

/** Resolves when Ctrl-C (or SIGTERM) has ended the cloud. */
export async function dev(options: DevOptions, version: string): Promise<void> {
  // Ctrl-C may come twice, from the terminal and from npm: the second must not interrupt the clean-up after the first.
  const stopped = new Promise<void>((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve));
  const cloud = await startOnUsualPort(options);
  print(...welcome(cloud, version));
  const printer = printJourneys(cloud);
  // `--send` behaves like a small test: it subscribes first, so that the journey goes on to where a test would hear it.
  const subscription = options.send === undefined ? undefined : await openSubscription(cloud);
  try {
    if (options.send !== undefined) await send(options.send, cloud);
    await stopped;
  } finally {
    await subscription?.unsubscribe();
    printer.close();
    await cloud.local.close();
  }
}

function printJourneys({ local }: StartedCloud): JourneyPrinter {
  const printer = createJourneyPrinter({
    print,
    paint,
    clock: wallClock,
    columns: process.stdout.columns || 80,
    showAll: commandAt(TAIL_ALL, new URL(local.url).port),
  });
  local.journal.listen((fact) => printer.take(fact));
  return printer;
}

async function openSubscription({ local, variables }: StartedCloud): Promise<Subscription> {
  const { MOMENTO_API_KEY, MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME } = local.env;
  return subscribe({
    transport: 'momento-http',
    apiKey: MOMENTO_API_KEY,
    httpEndpoint: MOMENTO_HTTP_ENDPOINT,
    cache: CACHE_NAME,
    // With several relayed buses there is one for each, which the relay's stack names.
    topics: (variables['TOPIC_NAME'] ?? TOPIC_NAME).split(','),
  });
}

// Without --port: the usual port, or a free one when that is in use.
async function startOnUsualPort(options: DevOptions): Promise<StartedCloud> {
  if (options.port !== undefined) return startCloud(options);
  try {
    return await startCloud({ ...options, port: String(DEFAULT_PORT) });
  } catch (error) {
    if (!(error instanceof UsageError && error.code === 'EADDRINUSE')) throw error;
    say(line`Port ${DEFAULT_PORT} is in use; taking a free one.`);
    return startCloud(options);
  }
}

function welcome({ local, stacks }: StartedCloud, version: string): Line[] {
  const outputs = [...stacks].flatMap(([stack, named]) =>
    Object.entries(named).map(([name, value]) => [`${stack} ${name}`, value] as const),
  );
  const rows = [
    ['AWS endpoint', local.url],
    ['Momento endpoint', local.httpsUrl],
    ['Momento HTTP API', local.url],
    ['Admin', `${local.url}/_earwitness`],
    ...outputs,
  ] as const;
  const env = commandAt('npx earwitness env', new URL(local.url).port);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return [
    line``,
    line`  ${paint.bold(`Earwitness ${version}`)}`,
    line``,
    ...rows.map(([label, value]) => line`  ${label.padEnd(width)}${paint.cyan(value)}`),
    line``,
    paint.dim(`  eval "$(${env})" sets the environment in another shell.`),
    paint.dim('  Ctrl-C stops.'),
    line``,
  ];
}

// 'POST $API_URL {"name":"x"}': the variables are those that `earwitness env` prints.
async function send(text: string, { variables }: StartedCloud): Promise<void> {
  const expanded = text.replace(/\$([A-Z0-9_]+)/g, (whole, name: string) => variables[name] ?? whole);
  const [, method, url, body] = /^(\S+)\s+(\S+)(?:\s+(.*))?$/s.exec(expanded) ?? [];
  if (!method || !url) throw new UsageError(`--send takes 'METHOD URL [BODY]', not '${text}'.`);
  const headers = { 'content-type': 'application/json' };
  const answer = await request(url, { method, ...(body !== undefined && { body, headers }) }).catch((cause: Error) => {
    throw new UsageError(`--send cannot reach ${url}: ${cause.message}`, { cause });
  });
  // The journey shows the response.
  answer.body.resume();
}
