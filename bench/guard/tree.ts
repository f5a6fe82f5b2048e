// One of the trees that are compared: where its built packages are, and the home in which its certificate authority is kept.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Tree {
  /** The command line. */
  readonly cli: string;
  /** URL of the test kit's door. */
  readonly kit: string;
  /** URL of the local cloud as a library. */
  readonly local: string;
  /** The project whose orders travel; the same one for every tree. */
  readonly orders: string;
  /** An empty folder to the tree alone. */
  readonly home: string;
}

export async function createTree(folder: string, orders: string): Promise<Tree> {
  const packages = resolve(folder, 'packages');
  return {
    cli: `${packages}/earwitness/bin/earwitness.js`,
    kit: pathToFileURL(`${packages}/earwitness/dist/index.js`).href,
    local: pathToFileURL(`${packages}/local/dist/index.js`).href,
    orders,
    home: await mkdtemp(join(tmpdir(), 'earwitness-guard-')),
  };
}

export async function disposeTree({ home }: Tree): Promise<void> {
  await rm(home, { recursive: true });
}
