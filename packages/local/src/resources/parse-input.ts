// Turns template properties into the input of an operation, by the service's model: CloudFormation writes `"10"` and
// `"true"` where the API takes numbers and booleans, lists tags where it takes a map, and spells first letters (and
// KMS) its own way.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel, Shape } from '@earwitness/protocol/internal/aws/model';
import { loadModel, type ServiceName, type Services } from '@earwitness/protocol/internal/aws/models/services';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { InputOf } from '../call.ts';
import { ownEntry } from '../own-entry.ts';
import { isRecord } from './properties.ts';
import type { Properties } from './resource.ts';
import { isTagList, tagMap } from './tags.ts';

/**
 * The operation's input as far as the properties name its members; properties that are not members are left to the
 * caller. A member that the operation requires and no property names is missing: the dispatcher, which validates every
 * input, refuses it.
 * @throws ServiceError `ValidationException` for a property inside a property that the model does not have.
 */
export async function parseInput<S extends ServiceName, Name extends keyof Services[S] & string>(
  service: S,
  operation: Name,
  properties: Properties,
): Promise<InputOf<S, Name>> {
  return readInput(await loadModel(service), operation, properties) as InputOf<S, Name>;
}

/** The same for who has the model. @throws ServiceError as `parseInput` */
export function readInput(model: ServiceModel, operation: string, properties: Properties): unknown {
  const shapeName = model.operations[operation]?.input ?? '';
  const known = Object.entries(properties).filter(([name]) => findMember(model, shapeName, name) !== undefined);
  return coerce(model, shapeName, Object.fromEntries(known), operation);
}

/** The path begins with the operation, of which templates know nothing. */
function unknownMember(model: ServiceModel, shapeName: string, path: string): ServiceError {
  const [, ...property] = path.split('.');
  const shape = model.shapes[shapeName];
  const known = shape?.type === 'structure' ? Object.keys(shape.members) : [];
  const meant = nearest(property.at(-1) ?? '', known);
  const mend = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new ServiceError('ValidationException', `The property ${property.join('.')} is not supported.${mend}`);
}

function coerce(model: ServiceModel, shapeName: string, value: unknown, path: string): unknown {
  const shape = model.shapes[shapeName];
  if (!shape || value === null || value === undefined) return value;
  switch (shape.type) {
    case 'structure': {
      if (!isRecord(value)) return value;
      const entries = Object.entries(value).map(([name, inner]) => {
        const member = findMember(model, shapeName, name);
        if (!member) throw unknownMember(model, shapeName, `${path}.${name}`);
        return [member, coerce(model, shape.members[member]?.shape ?? '', inner, `${path}.${name}`)];
      });
      return Object.fromEntries(entries);
    }
    case 'list':
      return Array.isArray(value)
        ? value.map((inner, index) => coerce(model, shape.member.shape, inner, `${path}[${index}]`))
        : value;
    case 'map': {
      // Tags, which are the only maps that templates write as lists.
      if (isTagList(value)) return tagMap(value);
      if (!isRecord(value)) return value;
      const entries = Object.entries(value);
      return Object.fromEntries(
        entries.map(([key, inner]) => [
          apiKey(model.shapes[shape.key.shape], key),
          coerce(model, shape.value.shape, inner, `${path}.${key}`),
        ]),
      );
    }
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

/**
 * A key of a map as the operation spells it: `KAFKA_BOOTSTRAP_SERVERS` for `KafkaBootstrapServers`. Source:
 * CloudFormation user guide, AWS::Lambda::EventSourceMapping Endpoints; Lambda API reference, SelfManagedEventSource.
 */
function apiKey(shape: Shape | undefined, key: string): string {
  if (shape?.type !== 'string') return key;
  const letters = (text: string) => text.replaceAll('_', '').toLowerCase();
  return shape.enum?.find((known) => letters(known) === letters(key)) ?? key;
}

function findMember(model: ServiceModel, shapeName: string, name: string): string | undefined {
  const shape = model.shapes[shapeName];
  if (shape?.type !== 'structure') return undefined;
  if (ownEntry(shape.members, name)) return name;
  return Object.keys(shape.members).find((member) => member.toLowerCase() === name.toLowerCase());
}
