// Templates that tools wrote name the code of functions by objects of a bucket. Here it lies on this machine: each such
// function gets its folder instead (bucket `earwitness-local`, see packages/local/src/functions/code.ts).
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

async function withFolder(resource: Table, folderOf: (key: string) => Promise<string | undefined>): Promise<Table> {
  const properties = tableOf(resource['Properties']);
  const key = tableOf(properties['Code'])['S3Key'];
  if (resource['Type'] !== 'AWS::Lambda::Function' || typeof key !== 'string') return resource;
  const folder = await folderOf(key);
  if (folder === undefined) return resource;
  const Code = { S3Bucket: 'earwitness-local', S3Key: pathToFileURL(folder).href };
  return { ...resource, Properties: { ...properties, Code } };
}
