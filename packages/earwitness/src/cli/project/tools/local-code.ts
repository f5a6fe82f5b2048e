// Templates that tools wrote name the code of functions and layers by objects of a bucket. Here it lies on this
// machine: each gets its folder instead (bucket `earwitness-local`, see packages/local/src/functions/code/code.ts).
import { pathToFileURL } from 'node:url';
import { readTable, type Table, tableOf } from '../table.ts';

/**
 * Reads a template.
 * @param file the template, as JSON
 * @param folderOf the folder of an object's key; undefined when it is not on this machine
 * @returns the template with the folders in it
 * @throws UsageError for a file that is not JSON
 */
export async function withLocalCode(
  file: string,
  folderOf: (key: string) => Promise<string | undefined>,
): Promise<Table> {
  const template = readTable(file);
  const mapped: [string, Table][] = [];
  for (const [logicalId, resource] of Object.entries(tableOf(template['Resources']))) {
    mapped.push([logicalId, await withFolder(tableOf(resource), folderOf)]);
  }
  return { ...template, Resources: Object.fromEntries(mapped) };
}

/** The property that names the object. */
const OBJECTS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};

async function withFolder(resource: Table, folderOf: (key: string) => Promise<string | undefined>): Promise<Table> {
  const property = OBJECTS[String(resource['Type'])];
  if (property === undefined) return resource;
  const properties = tableOf(resource['Properties']);
  const key = tableOf(properties[property])['S3Key'];
  const folder = typeof key === 'string' ? await folderOf(key) : undefined;
  if (folder === undefined) return resource;
  const location = { S3Bucket: 'earwitness-local', S3Key: pathToFileURL(folder).href };
  return { ...resource, Properties: { ...properties, [property]: location } };
}
