// Layer folders as they stand in a project: `sam build` makes of a folder with a package.json one that has it as
// `nodejs/`, and of one with a requirements.txt one that has it as `python/`. Here it need not have been run.
// Source: docs.aws.amazon.com/serverless-application-model, "Building Lambda layers in AWS SAM" (`BuildMethod`).
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const BUILT = [
  { manifest: 'package.json', folder: 'nodejs' },
  { manifest: 'requirements.txt', folder: 'python' },
] as const;

/** The name under which the folder would be in the layer; `undefined` of a folder that is a layer as it is. */
export function findBuiltName(folder: string): 'nodejs' | 'python' | undefined {
  if (BUILT.some((built) => existsSync(join(folder, built.folder)))) return undefined;
  return BUILT.find((built) => existsSync(join(folder, built.manifest)))?.folder;
}
