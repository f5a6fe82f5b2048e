// `earwitness exec -- <command>`: the whole life of a local cloud around one command.
import { childEnvironment, runCommand } from '../child.ts';
import type { CloudOptions } from '../cloud-options.ts';
import { startCloud } from '../start-cloud.ts';
import { withContracts } from '../with-contracts.ts';

/** Starts, deploys, runs the command, stops; the process ends with the command's exit code. */
export async function exec(
  command: readonly string[],
  options: CloudOptions & { readonly update?: boolean },
): Promise<void> {
  const { contracts, local, variables } = await startCloud(options);
  try {
    // Evidence of this run replaces that of an earlier one.
    const named = { ...variables, EARWITNESS_RUN: crypto.randomUUID() };
    process.exitCode = await withContracts(contracts, options, (ours) =>
      runCommand(command, childEnvironment(process.env, { ...named, ...ours })),
    );
  } finally {
    await local.close();
  }
}
