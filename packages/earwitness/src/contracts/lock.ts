// events.lock.json: what the events that tests heard look like, one JSON Schema (2020-12) for the detail of each event
// type. Its text is the same for the same contents, so a change in git is a change of a contract.
//
//   { "version": 1, "events": { "OrderService": { "OrderCreated": { "type": "object", … } } } }
import { ConfigurationError } from '../errors.ts';
import { into, type Place, parseShape, record, refuse, schemaOf } from './json-schema.ts';
import { joinShapes, type Shape } from './shape.ts';

/** An event type: what rules mostly match by. */
export interface EventType {
  readonly source: string;
  readonly detailType: string;
}

/** Source → detail-type → shape of the detail. */
export type Contracts = ReadonlyMap<string, ReadonlyMap<string, Shape>>;

/** No contract at all. */
export const NO_CONTRACTS: Contracts = new Map();

/** `OrderCreated from OrderService` */
export function titleOf({ source, detailType }: EventType): string {
  return `${detailType} from ${source}`;
}

/** Every type with its shape, in the order of source and detail-type. */
export function listTypes(contracts: Contracts): { readonly type: EventType; readonly shape: Shape }[] {
  return sorted(contracts).flatMap(([source, types]) =>
    sorted(types).map(([detailType, shape]) => ({ type: { source, detailType }, shape })),
  );
}

/** The shape of a type; undefined when there is none yet. */
export function shapeOf(contracts: Contracts, { source, detailType }: EventType): Shape | undefined {
  return contracts.get(source)?.get(detailType);
}

/** The contracts with the shape of one type put in. */
export function withShape(contracts: Contracts, { source, detailType }: EventType, shape: Shape): Contracts {
  return new Map(contracts).set(source, new Map(contracts.get(source)).set(detailType, shape));
}

/** What both have seen, as one. */
export function joinContracts(one: Contracts, other: Contracts): Contracts {
  return listTypes(other).reduce((joined, { type, shape }) => {
    const known = shapeOf(joined, type);
    return withShape(joined, type, known ? joinShapes(known, shape) : shape);
  }, one);
}

/** The text of a lock file. */
export function printLock(contracts: Contracts): string {
  const events = sorted(contracts).map(([source, types]) => [
    source,
    Object.fromEntries(sorted(types).map(([detailType, shape]) => [detailType, schemaOf(shape)])),
  ]);
  return `${JSON.stringify({ version: 1, events: Object.fromEntries(events) }, undefined, 2)}\n`;
}

/**
 * Reads a lock file's text.
 * @param file named in every error
 * @throws ConfigurationError naming the place that is wrong
 */
export function parseLock(text: string, file: string): Contracts {
  const root: Place = { file, path: [] };
  const { version, events, ...rest } = record(parseJson(text, root), root);
  if (version !== 1) refuse(into(root, 'version'), `is ${JSON.stringify(version)}; this earwitness reads version 1`);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuse(root, `has "${unknown}", which is not one of version, events`);
  const place = into(root, 'events');
  return new Map(
    Object.entries(record(events, place)).map(([source, types]) => [
      source,
      new Map(
        Object.entries(record(types, into(place, source))).map(([detailType, schema]) => [
          detailType,
          parseShape(schema, into(place, source, detailType)),
        ]),
      ),
    ]),
  );
}

function parseJson(text: string, place: Place): unknown {
  const conflict = text.split('\n').findIndex((line) => line.startsWith('<<<<<<<'));
  if (conflict >= 0) {
    refuse(place, `has a merge conflict at line ${conflict + 1}: take either side, then run the tests to add the rest`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`${place.file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}
