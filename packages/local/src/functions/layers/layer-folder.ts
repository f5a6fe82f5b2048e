// A function's `/opt` as a folder of this machine: what its layers hold, the later over the earlier. Archives are
// unpacked; directories are looked into where they are, so that a change of a file is there at once, and a function
// that has read it already is started anew.
//
//   <folder>/0, <folder>/1   archives, unpacked; of directories that are to be built, a link `nodejs` (unbuilt.ts)
//   <folder>/opt             of several layers: links into each (merge.ts); one alone is its own `/opt`
//   <folder>/node_modules    what Lambda provides, for ES modules of unpacked layers
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnableCode } from '../code/code.ts';
import { type Held, HeldFolder } from '../code/held-folder.ts';
import { linkProvidedScopes } from '../code/provided-scopes.ts';
import { unpackZip } from '../code/unpack.ts';
import { fingerprint } from './fingerprint.ts';
import { mergeFolders } from './merge.ts';
import { findBuiltName } from './unbuilt.ts';

export interface LayerFolder extends Held {
  /** Stands for `/opt`. Absolute. */
  readonly root: string;
  /** Whether a file of a directory changed, came or went since the folder was made. */
  isStale(): boolean;
}

/** @throws ZipError */
export async function placeLayers(layers: readonly RunnableCode[]): Promise<LayerFolder> {
  const folder = new HeldFolder();
  try {
    const packages = join(folder.path, 'node_modules');
    mkdirSync(packages);
    linkProvidedScopes(packages);
    const places: string[] = [];
    for (const [index, layer] of layers.entries())
      places.push(...(await place(layer, join(folder.path, String(index)))));
    const root = places.length === 1 ? (places[0] ?? folder.path) : await merge(places, join(folder.path, 'opt'));
    const directories = layers.flatMap((layer) => (layer.kind === 'directory' ? [layer.path] : []));
    const made = fingerprint(directories);
    return {
      root,
      isStale: () => fingerprint(directories) !== made,
      hold: () => folder.hold(),
      release: () => folder.release(),
    };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

/** Where the layer's files are: one folder, or two of a directory that is still to be built. */
async function place(layer: RunnableCode, folder: string): Promise<string[]> {
  if (layer.kind === 'zip') {
    mkdirSync(folder);
    await unpackZip(Buffer.from(layer.base64, 'base64'), folder);
    return [folder];
  }
  const builtName = findBuiltName(layer.path);
  if (builtName === undefined) return [layer.path];
  mkdirSync(folder);
  symlinkSync(layer.path, join(folder, builtName), 'junction');
  return [layer.path, folder];
}

async function merge(places: readonly string[], root: string): Promise<string> {
  mkdirSync(root);
  await mergeFolders(places, root);
  return root;
}
