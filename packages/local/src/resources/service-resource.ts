// The form in which a service writes a resource type: create, update and delete in terms of the service's own
// operations, typed by its model. What all types have in common is done here: documents become text, and what is gone
// already needs no deletion.

import type { ServiceName, Services } from '@earwitness/protocol/internal/aws/models/services';
import { plainText } from '@earwitness/protocol/internal/template/value';
import type { InputOf, OutputOf } from '../call.ts';
import { checkValues } from './check-values.ts';
import type { Finding } from './finding.ts';
import { fineIfGone, found } from './gone.ts';
import { parseInput } from './parse-input.ts';
import type {
  Beginning,
  Beside,
  Last,
  Made,
  Namesake,
  Previous,
  Properties,
  ResourcePlace,
  ResourceType,
  Working,
} from './resource.ts';

/** What a resource type of the service `S` works with. */
export interface ResourceContext<S extends ServiceName> extends ResourcePlace {
  /** Runs an operation of the service, on behalf of the deploying principal. */
  run<Name extends keyof Services[S] & string>(operation: Name, input: InputOf<S, Name>): Promise<OutputOf<S, Name>>;
  /** The operation's input, as far as the properties name its members: see `parseInput`. */
  parse<Name extends keyof Services[S] & string>(operation: Name, properties: Properties): Promise<InputOf<S, Name>>;
}

interface ResourceForm<S extends ServiceName>
  extends Pick<ResourceType, 'type' | 'serves' | 'ignores' | 'oneAtATime' | 'replaces' | 'attributesWith'> {
  /** Served properties that are JSON documents: templates write objects, operations take text. */
  readonly documents?: readonly string[];
  /**
   * Operations that take properties as they are: values are held to their models before anything is made, each to that
   * of the first operation that has a member of the property's name.
   */
  readonly takenBy?: readonly (keyof Services[S] & string)[];
  /** The properties in the form that these operations have, where it is another one. */
  asTaken?(properties: Properties): Properties;
  /**
   * The code of the error with which the service refuses to delete what does not exist. Left out: it does not refuse.
   */
  readonly gone?: string;
  /** See ResourceType. A type that has it is worked on one resource at a time. */
  namesake?(properties: Properties, context: ResourceContext<S>): Promise<Namesake | undefined>;
  /** See ResourceType. */
  examine?(properties: Properties, context: ResourceContext<S> & Beside): Promise<readonly Finding[]>;
  create(properties: Properties, context: ResourceContext<S> & Working & Beginning): Promise<Made>;
  /** See ResourceType. One that is not there is refused with the error `gone`. */
  adopt?(identifier: Readonly<Record<string, string>>, context: ResourceContext<S>): Promise<Made | undefined>;
  update?(made: Made, properties: Properties, context: ResourceContext<S> & Working & Previous): Promise<Made>;
  delete(made: Made, context: ResourceContext<S> & Last): Promise<unknown>;
}

/** Makes a resource type whose `run` and `parse` belong to the service. */
export function serviceResource<S extends ServiceName>(service: S, form: ResourceForm<S>): ResourceType {
  const { type, serves, ignores = [], documents = [], gone } = form;
  const bind = <Place extends ResourcePlace>(place: Place): Place & ResourceContext<S> => ({
    ...place,
    run: (operation, input) => place.dispatch.call(service, operation, input, place.call),
    parse: (operation, properties) => parseInput(service, operation, properties),
  });
  const read = (properties: Properties): Properties => {
    const texts = documents.filter((name) => properties[name] !== undefined);
    return { ...properties, ...Object.fromEntries(texts.map((name) => [name, plainText(properties[name])])) };
  };
  const { adopt, asTaken = (properties) => properties, examine, namesake, replaces, takenBy = [], update } = form;
  return {
    type,
    serves,
    ignores,
    oneAtATime: form.oneAtATime ?? namesake !== undefined,
    ...(form.attributesWith && { attributesWith: form.attributesWith }),
    ...(namesake && { namesake: (properties, place) => namesake(read(properties), bind(place)) }),
    ...(form.takenBy && { check: (properties) => checkValues(service, takenBy, asTaken(read(properties))) }),
    ...(examine && { examine: (properties, place) => examine(read(properties), bind(place)) }),
    ...(adopt && {
      adopt(identifier, place) {
        const adopted = adopt(identifier, bind(place));
        return gone === undefined ? adopted : found(gone, adopted);
      },
    }),
    create: (properties, place) => form.create(read(properties), bind(place)),
    ...(replaces && { replaces: (previous, properties) => replaces(read(previous), read(properties)) }),
    ...(update && {
      update: (made, properties, place) =>
        update(made, read(properties), bind({ ...place, previous: read(place.previous) })),
    }),
    async delete(made, place) {
      const deletion = form.delete(made, bind({ ...place, properties: read(place.properties) }));
      await (gone === undefined ? deletion : fineIfGone(gone)(deletion));
    },
  };
}
