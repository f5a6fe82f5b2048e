// The definition of a template's state machine as one text: an object with its keys sorted, a text as it is, or an
// object of S3; with `${name}` replaced by what DefinitionSubstitutions say. A text that is YAML becomes JSON, as
// that of a file may be.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api,
// test_cloudformation_definition_create_describe; CloudFormation user guide, AWS::StepFunctions::StateMachine.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { readObject } from '../../../objects/read-object.ts';
import { ownEntry } from '../../../own-entry.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Properties, ResourcePlace } from '../../../resources/resource.ts';

/** The properties of which one says the definition. */
export type DefinitionProperty = 'Definition' | 'DefinitionString' | 'DefinitionS3Location';

export function definitionProperty(properties: Properties): DefinitionProperty | undefined {
  const names = ['Definition', 'DefinitionString', 'DefinitionS3Location'] as const;
  return names.find((name) => properties[name] !== undefined);
}

/** @throws ServiceError `ValidationException`; S3's */
export async function definitionText(properties: Properties, place: ResourcePlace): Promise<string> {
  return await jsonOf(await writtenText(properties, place));
}

/** The text as it was written, JSON or YAML, with its substitutions. @throws ServiceError as `definitionText` */
export async function writtenText(properties: Properties, place: ResourcePlace): Promise<string> {
  return substitute(await readText(properties, place), substitutionsOf(properties));
}

/** The names in `${name}` that are left in a text: DefinitionSubstitutions has no such entry. */
export function openNames(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

export function substitutionsOf({ DefinitionSubstitutions: substitutions }: Properties): Properties {
  return isRecord(substitutions) ? substitutions : {};
}

const PLACEHOLDER = /\$\{([\w-]+)\}/g;

async function readText(properties: Properties, place: ResourcePlace): Promise<string> {
  const { Definition: definition, DefinitionString: text, DefinitionS3Location: location } = properties;
  if ([definition, text, location].filter((one) => one !== undefined).length !== 1) {
    throw invalid('One of Definition, DefinitionString and DefinitionS3Location is required, and no more.');
  }
  if (definition !== undefined) return JSON.stringify(sorted(definition));
  return text === undefined ? await readLocation(location, place) : plainText(text);
}

async function readLocation(location: unknown, { dispatch, call }: ResourcePlace): Promise<string> {
  if (!isRecord(location)) throw invalid('DefinitionS3Location is an object with Bucket and Key.');
  const [bucket = '', key = ''] = ['Bucket', 'Key'].map((name) => textProperty(location, name));
  const versionId = textProperty(location, 'Version');
  const read = await readObject(dispatch, { bucket, key, ...(versionId !== undefined && { versionId }) }, call);
  switch (read.kind) {
    case 'object':
      return Buffer.from(read.bytes).toString('utf8');
    case 'no bucket':
      throw invalid(`The bucket ${bucket} of DefinitionS3Location is not in this cloud; name a local file instead.`);
    case 'refused':
      throw new ServiceError(read.code, `DefinitionS3Location s3://${bucket}/${key}: ${read.message}`);
  }
}

/** What has no value stays as it is. */
function substitute(text: string, values: Properties): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = ownEntry(values, name);
    return value === undefined ? whole : plainText(value);
  });
}

export async function jsonOf(text: string): Promise<string> {
  if (parseJson(text) !== undefined || text.trimStart().startsWith('{')) return text;
  const { parseYaml } = await import('../../../yaml/parse.ts');
  const parsed = parseYaml(text);
  return isRecord(parsed) ? JSON.stringify(parsed) : text;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function invalid(sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence);
}
