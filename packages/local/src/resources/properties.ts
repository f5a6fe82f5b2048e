// Turns template properties into the input of an operation, by the service's model: CloudFormation writes `"10"` and `"true"` where
// the API takes numbers and booleans, and spells first letters (and KMS) its own way.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { loadModel, type ServiceName, type Services } from '@earwitness/protocol/internal/aws/models/services';
import type { InputOf } from '../call.ts';
import { ownEntry } from '../own-entry.ts';
import type { Properties } from './resource.ts';

/**
 * The operation's input as far as the properties name its members; properties that are no members are left to the caller.
 * What comes out has the shape that the dispatcher validates: this is a parser.
 * @throws ServiceError `ValidationException` for a property inside a property that the model does not have.
 */
export async function parseInput<S extends ServiceName, Name extends keyof Services[S] & string>(
  service: S,
  operation: Name,
  properties: Properties,
): Promise<Partial<InputOf<S, Name>>> {
  const model = await loadModel(service);
  const shapeName = model.operations[operation]?.input ?? '';
  const known = Object.entries(properties).filter(([name]) => findMember(model, shapeName, name) !== undefined);
  return coerce(model, shapeName, Object.fromEntries(known), operation) as Partial<InputOf<S, Name>>;
}

/**
 * Makes a function that waits for the deletion of something that a stack made. It may have been deleted by hand before, which the
 * service refuses with the error `code`: that is fine.
 */
export function fineIf(code: string): (deletion: Promise<unknown>) => Promise<void> {
  return async (deletion) => {
    try {
      await deletion;
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === code)) throw error;
    }
  };
}

/** A property that is a number, also when the template wrote text. */
export function numberProperty(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return value === undefined ? undefined : Number(value);
}

/** A property that is a text. */
export function textProperty(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return value === undefined ? undefined : String(value);
}

/** `Tags` as CloudFormation lists them, or as a map. */
export function tagsProperty(properties: Properties, name = 'Tags'): Record<string, string> {
  const tags = properties[name] ?? [];
  if (!Array.isArray(tags)) return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
  return Object.fromEntries(
    tags.map((tag: { Key?: unknown; Value?: unknown }) => [String(tag.Key), String(tag.Value)]),
  );
}

function coerce(model: ServiceModel, shapeName: string, value: unknown, path: string): unknown {
  const shape = model.shapes[shapeName];
  if (!shape || value === null || value === undefined) return value;
  switch (shape.type) {
    case 'structure': {
      if (!isRecord(value)) return value;
      const entries = Object.entries(value).map(([name, inner]) => {
        const member = findMember(model, shapeName, name);
        if (!member) throw new ServiceError('ValidationException', `The property ${path}.${name} is not supported.`);
        return [member, coerce(model, shape.members[member]?.shape ?? '', inner, `${path}.${name}`)];
      });
      return Object.fromEntries(entries);
    }
    case 'list':
      return Array.isArray(value)
        ? value.map((inner, index) => coerce(model, shape.member.shape, inner, `${path}[${index}]`))
        : value;
    case 'map':
      return isRecord(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, inner]) => [
              key,
              coerce(model, shape.value.shape, inner, `${path}.${key}`),
            ]),
          )
        : value;
    case 'integer':
    case 'long':
    case 'double':
    case 'float':
      return typeof value === 'string' ? Number(value) : value;
    case 'boolean':
      return typeof value === 'string' ? value === 'true' : value;
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    default:
      return value;
  }
}

function findMember(model: ServiceModel, shapeName: string, name: string): string | undefined {
  const shape = model.shapes[shapeName];
  if (shape?.type !== 'structure') return undefined;
  if (ownEntry(shape.members, name)) return name;
  return Object.keys(shape.members).find((member) => member.toLowerCase() === name.toLowerCase());
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
