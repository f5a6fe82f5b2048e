// `globalTeardown: 'earwitness/global-teardown'` of jest, which does not take what a global setup returns.
import { stopGlobalCloud } from './global-cloud.ts';

/** Stops the local cloud that `earwitness/global-setup` started. */
// biome-ignore lint/style/noDefaultExport: where jest looks for it
export default async function teardown(): Promise<void> {
  await stopGlobalCloud();
}
