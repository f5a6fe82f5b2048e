// Code of functions and content of layers in a local folder. `Code: src/`, `Content: layer/` (plain CloudFormation, as
// `aws cloudformation package` takes it) and SAM's `CodeUri` and `ContentUri` become the one location that Lambda reads
// here: bucket `earwitness-local`, key `file:///absolute/folder?entry=src/app.ts&external=…`. Where relative paths
// start is told by the stack's tag `earwitness:template-directory`; without it they are refused.
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ResourceDeclaration } from '@earwitness/protocol/internal/template/declaration';
import { refusal } from '@earwitness/protocol/internal/template/problem';
import type { Source } from '@earwitness/protocol/internal/template/source';
import { isList, isMap, scalarText, type Value, type ValueMap } from '@earwitness/protocol/internal/template/value';
import { ownEntry } from '../../../own-entry.ts';

/** The tag that tells where relative paths start. */
export const DIRECTORY_TAG = 'earwitness:template-directory';
const LOCAL_BUCKET = 'earwitness-local';

/** Where relative paths start, as the stack's tags say. */
export function directoryOf(tags: CodePlace['tags']): string | undefined {
  return tags.find((tag) => tag.Key === DIRECTORY_TAG)?.Value;
}

export interface CodePlace {
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly source: Source;
}

/** The property that names a folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};

/**
 * The function or layer with its local folder, or the resource as it is when it has none.
 * @throws ServiceError `ValidationError` when a relative path has nowhere to start.
 */
export function locateCode(declaration: ResourceDeclaration, { tags, source }: CodePlace): ResourceDeclaration {
  const property = ownEntry(FOLDERS, declaration.type);
  const path = ownEntry(declaration.properties, property);
  if (property === undefined || typeof path !== 'string') return declaration;
  const location = locationOf(path, { declaration, tags, source, property });
  const properties = source.derive({ ...declaration.properties, [property]: location }, declaration.properties);
  return { ...declaration, properties };
}

function locationOf(
  path: string,
  at: CodePlace & { readonly declaration: ResourceDeclaration; readonly property: string },
): ValueMap {
  const { declaration, tags, source, property } = at;
  const directory = directoryOf(tags);
  if (directory === undefined && !isAbsolute(path)) {
    throw refusal(
      `The code folder '${path}' is a relative path, and nothing says where it starts. Deploy with 'earwitness exec --template' or 'earwitness dev --template', or give the stack the tag ${DIRECTORY_TAG}`,
      source.lineOf(declaration.properties, property) ?? declaration.line,
    );
  }
  const url = pathToFileURL(resolve(directory ?? '/', path));
  for (const [key, value] of buildOptions(declaration.metadata)) url.searchParams.append(key, value);
  return { S3Bucket: LOCAL_BUCKET, S3Key: url.href };
}

// Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/app.ts], External: […], Target: es2022, … } }
function buildOptions(metadata: Value | undefined): [string, string][] {
  // `sam build` marks each resource in the template that it writes, and leaves there how it was built: the folder holds
  // what came out. Source: aws-sam-cli, resource_metadata_normalizer.py (SAM_RESOURCE_ID_KEY).
  if (!isMap(metadata) || metadata['SamResourceId'] !== undefined) return [];
  // What is not built runs as it lies.
  const build: [string, string][] = metadata['BuildMethod'] === 'esbuild' ? [['build', 'esbuild']] : [];
  const properties = metadata['BuildProperties'];
  if (!isMap(properties)) return build;
  for (const [key, value] of Object.entries(properties)) {
    const name = key === 'EntryPoints' ? 'entry' : key.slice(0, 1).toLowerCase() + key.slice(1);
    for (const item of isList(value) ? value : [value]) build.push([name, scalarText(item) ?? JSON.stringify(item)]);
  }
  return build;
}
