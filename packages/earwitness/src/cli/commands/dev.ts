// `earwitness dev`: a local cloud that stays. Says where everything is, then prints each event's journey as it comes to
// rest.
import { wallClock } from '../../hearing/clock.ts';
import { createJourneyPrinter, type JourneyPrinter } from '../../journeys/printer.ts';
import { indent, type Line, line } from '../../printing/line.ts';
import { request } from '../../request.ts';
import type { Subscription } from '../../subscription.ts';
import { type CloudOptions, commandAt, DEFAULT_PORT, TAIL_ALL } from '../cloud-options.ts';
import { openInspector, resumeFunctions } from '../process/inspector.ts';
import { listenForInterruption } from '../process/interruption.ts';
import { boundYoungGeneration } from '../process/young-generation.ts';
import type { Project } from '../project/find-project.ts';
import { ofBuild } from '../project/template-file.ts';
import { redeployOnChange } from '../redeploying/redeploy.ts';
import { standInLines } from '../stand-in-lines.ts';
import { openProject, type StartedCloud, startCloud } from '../start-cloud.ts';
import { paint, print, say } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export interface DevOptions extends CloudOptions {
  readonly send?: string;
  readonly logs?: boolean;
}

/** Resolves when Ctrl-C (or SIGTERM) has ended the cloud. */
export async function dev(options: DevOptions, version: string): Promise<void> {
  using interruption = listenForInterruption(wallClock);
  openInspector(options);
  using project = await openProject(options);
  const cloud = await startOnUsualPort(project, options);
  using _small = boundYoungGeneration();
  print(...welcome(cloud, project, version));
  const printer = printJourneys(cloud, options);
  const stopRedeploying = redeployOnChange({ cloud, stacks: project.stacks, clock: wallClock, paint, print });
  // `--send` behaves like a small test: it subscribes first, so that the journey goes on to where a test would hear it.
  const subscription = options.send === undefined ? undefined : await openSubscription(cloud);
  try {
    if (options.send !== undefined) await send(options.send, cloud);
    await interruption.interrupted;
  } finally {
    stopRedeploying();
    await subscription?.unsubscribe();
    printer.close();
    await resumeFunctions();
    await cloud.local.close();
  }
}

function printJourneys({ local }: StartedCloud, { logs = false }: DevOptions): JourneyPrinter {
  const printer = createJourneyPrinter({
    print,
    paint,
    clock: wallClock,
    columns: process.stdout.columns || 80,
    folder: process.cwd(),
    logs,
    showAll: commandAt(TAIL_ALL, new URL(local.url).port),
  });
  local.journal.listen((fact) => printer.take(fact));
  return printer;
}

async function openSubscription({ local, variables }: StartedCloud): Promise<Subscription> {
  const { subscribe } = await import('../../subscribe.ts');
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
async function startOnUsualPort(project: Project, options: DevOptions): Promise<StartedCloud> {
  if (options.port !== undefined) return startCloud(project, options);
  try {
    return await startCloud(project, { ...options, port: String(DEFAULT_PORT) });
  } catch (error) {
    if (!(error instanceof UsageError && error.code === 'EADDRINUSE')) throw error;
    say(line`Port ${DEFAULT_PORT} is in use; taking a free one.`);
    return startCloud(project, options);
  }
}

function welcome({ assessed, local, stacks }: StartedCloud, project: Project, version: string): Line[] {
  const outputs = [...stacks].flatMap(([stack, named]) =>
    Object.entries(named).map(([name, value]) => [`${stack} ${name}`, value] as const),
  );
  const { MOMENTO_HOSTNAME, MOMENTO_PORT } = local.env;
  const momentoLocal =
    MOMENTO_PORT === new URL(local.url).port
      ? []
      : ([['forMomentoLocal()', `${MOMENTO_HOSTNAME}:${MOMENTO_PORT}`]] as const);
  const rows = [
    ['Console', `${local.url}/_earwitness`],
    ['AWS endpoint', local.url],
    ['Momento endpoint', local.httpsUrl],
    ['Momento HTTP API', local.url],
    ...momentoLocal,
    ...outputs,
  ] as const;
  const env = commandAt('npx earwitness env', new URL(local.url).port);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return [
    line``,
    line`  ${paint.bold(`Earwitness ${version}`)}`,
    line``,
    ...rows.flatMap(([label, value]) => rowOf(label, value, width)),
    line``,
    ...indent(standInLines(assessed)),
    ...pickedUp(project).map((text) => paint.dim(`  ${text}`)),
    paint.dim('  In another shell this sets the environment:'),
    paint.dim(`    eval "$(${env})"`),
    paint.dim('  Ctrl-C stops.'),
    line``,
  ];
}

/** A value beside its label, or under it where the line would be longer than the terminal is wide. */
function rowOf(label: string, value: string, width: number): Line[] {
  const isShort = 2 + width + value.length <= (process.stdout.columns || 80);
  if (isShort) return [line`  ${label.padEnd(width)}${paint.cyan(value)}`];
  return [line`  ${label}`, line`    ${paint.cyan(value)}`];
}

/** What a change of files does, while this cloud runs. */
function pickedUp({ madeBy, stacks }: Project): string[] {
  if (stacks.length === 0) return [];
  if (stacks.some(({ file }) => file !== undefined && ofBuild(file) !== undefined))
    return ['What sam build writes is picked up on change: run it again after an edit.'];
  if (madeBy !== undefined) return [`Handlers are picked up on change where they lie; ${madeBy} needs a new start.`];
  return ['Templates, their files and handlers are picked up on change (hot reload).'];
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
