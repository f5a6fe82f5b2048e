// The local cloud around a whole run of a test runner, inside the runner's own process: what `earwitness exec` does,
// for `globalSetup`. The environment is this process's own, which the runner passes on to its workers.
import { beginRun, contractMode } from '../contracts/run.ts';
import { saveJournal } from './console/save-journal.ts';
import { childEnvironment } from './process/child.ts';
import { openProject, startCloud } from './start-cloud.ts';
import { sayLines } from './with-contracts.ts';

/** Stops the cloud and restores the environment; undefined while no cloud of ours runs. */
let stop: (() => Promise<void>) | undefined;

/**
 * Starts the cloud, deploys what `exec` would deploy in the folder `root`, sets the environment. Does nothing where
 * there is a cloud already (`earwitness exec`, `eval "$(earwitness env)"`), or when EARWITNESS_LOCAL=off says that
 * there shall be none: the tests then use what the environment names.
 * @throws ConfigurationError, UsageError, DeploymentError; nothing is left running then
 */
export async function startGlobalCloud(root: string): Promise<void> {
  if (process.env['EARWITNESS_URL'] || process.env['EARWITNESS_LOCAL'] === 'off') return;
  const options = { cwd: root };
  const project = await openProject(options);
  const { contracts, host, local, variables } = await startCloud(project, options).catch((error: unknown) => {
    project[Symbol.dispose]();
    throw error;
  });
  const run = contracts && (await beginRun(contracts, contractMode(process.env)));
  const endJournal = await saveJournal(local, host['EARWITNESS_REPORT']);
  const before = { ...process.env };
  setEnvironment(childEnvironment(host, { ...variables, ...run?.env, EARWITNESS_RUN: crypto.randomUUID() }));
  stop = async () => {
    setEnvironment(before);
    await endJournal();
    await local.close();
    project[Symbol.dispose]();
    sayLines((await run?.finish()) ?? []);
  };
}

/** Stops it and puts the environment back as it was. Calling it again, or without a cloud, is harmless. */
export async function stopGlobalCloud(): Promise<void> {
  const stopNow = stop;
  stop = undefined;
  await stopNow?.();
}

function setEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (environment[name] === undefined) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
}
