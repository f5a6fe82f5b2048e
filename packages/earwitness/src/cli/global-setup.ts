// `globalSetup: 'earwitness/global-setup'` of vitest, Playwright and jest: the local cloud around a run, in the
// runner's own process.
import { startGlobalCloud, stopGlobalCloud } from './global-cloud.ts';

/** What the runners hand to a global setup: vitest its project, jest and Playwright their configuration. */
export interface GlobalSetupContext {
  /** Of jest and Playwright. */
  readonly rootDir?: string;
  /** Of vitest. */
  readonly config?: { readonly root?: string };
}

/**
 * Starts the local cloud, deploys the stacks of `earwitness.config.ts`, and sets the environment for the workers.
 * @returns what stops it; vitest and Playwright call that, jest needs `earwitness/global-teardown`
 * @throws ConfigurationError, UsageError, DeploymentError; nothing is left running then
 */
// biome-ignore lint/style/noDefaultExport: where runners look for it
export default async function setup(context: GlobalSetupContext = {}): Promise<() => Promise<void>> {
  await startGlobalCloud(context.rootDir ?? context.config?.root ?? process.cwd());
  return stopGlobalCloud;
}
