// A cloud assembly: what the CDK synthesised. Its stacks in the order in which they can be deployed, and where the code
// of their functions lies. Source: the schema of aws-cdk-lib's cloud-assembly-schema (manifest.json, assets.json).
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../usage-error.ts';
import { readTable, type Table, tableOf, textsOf } from '../table.ts';

export interface AssembledStack {
  readonly name: string;
  /** Absolute. */
  readonly templateFile: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Object key in the CDK's bucket → absolute path of what would be uploaded: a folder, or a file. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Every stack, also those of stages, after the stacks it depends on.
 * @throws UsageError when the folder has no assembly
 */
export function readAssembly(folder: string): AssembledStack[] {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new UsageError(`the CDK wrote no cloud assembly: there is no ${file}.`);
  const artifacts = tableOf(readTable(file)['artifacts']);
  const stacks: AssembledStack[] = [];
  const seen = new Set<string>();
  const visit = (id: string) => {
    if (seen.has(id)) return;
    seen.add(id);
    const artifact = tableOf(artifacts[id]);
    const dependencies = Object.values(textsOf(artifact['dependencies']));
    for (const dependency of dependencies) visit(dependency);
    const properties = tableOf(artifact['properties']);
    if (artifact['type'] === 'aws:cloudformation:stack') {
      const manifests = dependencies.map((dependency) => tableOf(artifacts[dependency]));
      stacks.push(stackOf({ folder, id, properties, assets: assetsOf(folder, manifests) }));
    }
    if (artifact['type'] === 'cdk:cloud-assembly') {
      stacks.push(...readAssembly(join(folder, String(properties['directoryName']))));
    }
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return stacks;
}

function stackOf(found: {
  readonly folder: string;
  readonly id: string;
  readonly properties: Table;
  readonly assets: ReadonlyMap<string, string>;
}): AssembledStack {
  const { folder, id, properties, assets } = found;
  return {
    name: String(properties['stackName'] ?? id),
    templateFile: join(folder, String(properties['templateFile'])),
    parameters: textsOf(properties['parameters']),
    tags: textsOf(properties['tags']),
    assets,
  };
}

function assetsOf(folder: string, artifacts: readonly Table[]): Map<string, string> {
  const assets = new Map<string, string>();
  for (const artifact of artifacts) {
    if (artifact['type'] !== 'cdk:asset-manifest') continue;
    const files = tableOf(readTable(join(folder, String(tableOf(artifact['properties'])['file'])))['files']);
    for (const file of Object.values(files)) {
      const path = tableOf(tableOf(file)['source'])['path'];
      if (typeof path !== 'string') continue;
      for (const destination of Object.values(tableOf(tableOf(file)['destinations']))) {
        assets.set(String(tableOf(destination)['objectKey']), resolve(folder, path));
      }
    }
  }
  return assets;
}
