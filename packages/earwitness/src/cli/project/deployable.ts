// What a folder has to deploy, known without running a tool: the first of a template, an app of the CDK, a service of
// the Serverless Framework.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SAMCONFIG } from './samconfig.ts';
import { findTemplateFile, ofBuild, stackNameOf } from './template-file.ts';
import { CDK_JSON } from './tools/cdk.ts';
import { findServerlessFile } from './tools/serverless.ts';

export interface Deployable {
  /** From the folder. */
  readonly file: string;
  /** A name for its stack; undefined when another file or a tool names it. */
  readonly stackName?: string;
  /** What earwitness does with it, to follow its name. */
  readonly how: string;
}

export function findDeployable(folder: string): Deployable | undefined {
  const { found } = findTemplateFile(folder);
  if (found !== undefined) {
    const file = found.path;
    if (existsSync(join(folder, SAMCONFIG))) return { file, how: `is deployed as ${SAMCONFIG} says` };
    if (ofBuild(join(folder, file)) !== undefined)
      return { file, how: 'is deployed while it is newer than its source' };
    return { file, stackName: stackNameOf(basename(folder)), how: 'is deployed' };
  }
  if (existsSync(join(folder, CDK_JSON))) return { file: CDK_JSON, how: "is synthesised by the project's own CDK" };
  const file = findServerlessFile(folder);
  return file === undefined ? undefined : { file, how: "is packaged by the project's own Serverless Framework" };
}
