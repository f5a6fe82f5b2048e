// `earwitness exec -- <command>`: the whole life of a local cloud around one command.

import type { CloudOptions } from '../cloud-options.ts';
import { saveJournal } from '../console/save-journal.ts';
import { childEnvironment, runCommand } from '../process/child.ts';
import { openInspector, resumeFunctions } from '../process/inspector.ts';
import { boundYoungGeneration } from '../process/young-generation.ts';
import { standInLines } from '../stand-in-lines.ts';
import { openProject, startCloud } from '../start-cloud.ts';
import { say } from '../terminal.ts';
import { withContracts } from '../with-contracts.ts';

/** Starts, deploys, runs the command, stops; the process ends with the command's exit code. */
export async function exec(
  command: readonly string[],
  options: CloudOptions & { readonly update?: boolean },
): Promise<void> {
  openInspector(options);
  using project = await openProject(options);
  const { assessed, contracts, host, local, variables } = await startCloud(project, options);
  using _small = boundYoungGeneration();
  say(...standInLines(assessed));
  const endJournal = await saveJournal(local, host['EARWITNESS_REPORT']);
  try {
    // Evidence of this run replaces that of an earlier one.
    const named = { ...variables, EARWITNESS_RUN: crypto.randomUUID() };
    process.exitCode = await withContracts(contracts, options, (ours) =>
      runCommand(command, childEnvironment(host, { ...named, ...ours })),
    );
  } finally {
    await resumeFunctions();
    await endJournal();
    await local.close();
  }
}
