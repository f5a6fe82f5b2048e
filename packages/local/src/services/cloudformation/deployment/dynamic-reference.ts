// Dynamic references: `{{resolve:ssm:name:version}}` and
// `{{resolve:secretsmanager:id:SecretString:json-key:stage:version}}` inside a resource's properties, read from their
// services at the moment of use and kept nowhere.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isList, isMap, type Value } from '@earwitness/protocol/internal/template/value';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { publicParameter } from '../public-parameter.ts';

const REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}/g;

interface Reading extends Pick<Platform, 'dispatch' | 'standIns'> {
  readonly call: Call;
}

/** What a dynamic reference names: an entry of the parameter store, or a secret. */
export interface DynamicReference {
  readonly service: 'ssm' | 'secretsmanager';
  readonly name: string;
  /** The name of an entry of the parameter store with the version that is asked for, where one is. */
  readonly versioned?: string;
  /** The member of a secret that is JSON. */
  readonly jsonKey?: string;
}

/** Every dynamic reference inside a value. */
export function dynamicReferencesIn(value: unknown): DynamicReference[] {
  if (typeof value === 'string') {
    if (!value.includes('{{resolve:')) return [];
    return [...value.matchAll(REFERENCE)].map(([, service, reference = '']) =>
      service === 'secretsmanager' ? secretReference(reference) : { service: 'ssm', ...splitParameter(reference) },
    );
  }
  return isMap(value) || isList(value) ? Object.values(value).flatMap(dynamicReferencesIn) : [];
}

function secretReference(reference: string): DynamicReference {
  const { name, jsonKey } = splitSecret(reference);
  return { service: 'secretsmanager', name, jsonKey };
}

/** @throws ServiceError of the service that does not have what is referred to. */
export function readDynamicReferences(value: Value, reading: Reading): Promise<Value> {
  return replaceDynamicReferences(value, (service, reference) =>
    service === 'secretsmanager' ? readSecret(reference, reading) : readParameter(reference, reading),
  );
}

type Read = (service: string, reference: string) => Promise<string>;

/** The value with what a reader finds in the place of each reference. */
export async function replaceDynamicReferences(value: Value, read: Read): Promise<Value> {
  if (typeof value === 'string') return replaceInText(value, read);
  if (isList(value)) return Promise.all(value.map((item) => replaceDynamicReferences(item, read)));
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(
    async ([key, member]) => [key, await replaceDynamicReferences(member, read)] as const,
  );
  return Object.fromEntries(await Promise.all(members));
}

async function replaceInText(text: string, read: Read): Promise<string> {
  let replaced = '';
  let from = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, service = '', reference = ''] = match;
    replaced += text.slice(from, match.index) + (await read(service, reference));
    from = match.index + whole.length;
  }
  return replaced + text.slice(from);
}

async function readParameter(reference: string, { dispatch, call, standIns }: Reading): Promise<string> {
  const known = publicParameter(splitParameter(reference).name, standIns);
  if (known !== undefined) return known;
  const { Parameter } = await dispatch.call('ssm', 'GetParameter', { Name: reference, WithDecryption: true }, call);
  return Parameter?.Value ?? '';
}

/** The name of an entry of the parameter store, without the version that a reference asks for. */
export function parameterNameOf(reference: string): string {
  return splitParameter(reference).name;
}

/** The first version is there when the entry is: it is not asked for by its number. */
function splitParameter(reference: string): { readonly name: string; readonly versioned?: string } {
  const [, name = reference, version = '1'] = /^(.+):(\d+)$/.exec(reference) ?? [];
  return { name, ...(version !== '1' && { versioned: reference }) };
}

// A secret's id may be an ARN, which has six colons of its own.
function splitSecret(reference: string) {
  const parts = reference.split(':');
  const idParts = reference.startsWith('arn:') ? 7 : 1;
  const [kind = 'SecretString', jsonKey = '', stage = '', version = ''] = parts.slice(idParts);
  return { name: parts.slice(0, idParts).join(':'), kind, jsonKey, stage, version };
}

async function readSecret(reference: string, { dispatch, call }: Reading): Promise<string> {
  const { name: SecretId, kind, jsonKey, stage, version } = splitSecret(reference);
  if (kind !== 'SecretString' && kind !== '') {
    throw new ServiceError(
      'ValidationError',
      `Invalid dynamic reference: ${kind} of secret ${SecretId} cannot be read`,
    );
  }
  const input = {
    SecretId,
    ...(stage !== '' && { VersionStage: stage }),
    ...(version !== '' && { VersionId: version }),
  };
  const { SecretString = '' } = await dispatch.call('secretsmanager', 'GetSecretValue', input, call);
  return jsonKey === '' ? SecretString : jsonMember(SecretString, jsonKey, SecretId);
}

function jsonMember(text: string, key: string, secretId: string): string {
  let secret: unknown;
  try {
    secret = JSON.parse(text);
  } catch {
    throw new ServiceError('ValidationError', `Could not parse SecretString JSON of secret ${secretId}`);
  }
  const member = isMap(secret) ? secret[key] : undefined;
  if (member === undefined) {
    throw new ServiceError('ValidationError', `Could not find a value associated with JSONKey in SecretString: ${key}`);
  }
  return typeof member === 'string' ? member : JSON.stringify(member);
}
