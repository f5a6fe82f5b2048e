// The types of what may be passed to a verb, and of what then matched. With an event map, `source` and `detail-type`
// complete and `detail` is typed; without one, every event is possible.
import type { EventBridgeEvent, EventOf, KnownEvents, OtherOf } from '../event.ts';
import type { AsymmetricMatcher, StandardSchema } from './decider.ts';
import type { Expectation } from './expectation.ts';

/** Everything that can be expected: see docs/guide/expectations.md. */
export type Expected<Events extends object = KnownEvents> =
  | PartialOf<EventOf<Events>>
  | PartialOf<OtherOf<Events>>
  | ((event: EventOf<Events>) => boolean)
  | RegExp
  | StandardSchema
  | Expectation;

/** Any depth of an object, each leaf as itself or as something that decides about it. */
export type PartialOf<T> = unknown extends T
  ? Anything
  : T extends object
    ? { readonly [Key in keyof T]?: PartialOf<T[Key]> | Decider<T[Key]> }
    : T | Decider<T>;

// A field of an unknown type: a function has a parameter to write, and nothing is refused.
// biome-ignore lint/suspicious/noExplicitAny: the reader knows what the field is, we do not
type Anything = ((value: any) => boolean) | NonNullable<unknown> | null | undefined;

type Decider<T> = unknown extends T
  ? Anything
  : AsymmetricMatcher | ((value: T) => boolean) | StandardSchema | (T extends string ? RegExp | Date : never);

/** The type of a message that met the expectation. */
export type Matched<Events extends object, E> =
  E extends StandardSchema<infer Output>
    ? Output
    : E extends Guard<EventOf<Events>, infer Guarded>
      ? Guarded
      : E extends { readonly source: infer Source; readonly 'detail-type': infer DetailType }
        ? Narrow<EventOf<Events>, Source, DetailType>
        : E extends { readonly 'detail-type': infer DetailType }
          ? Narrow<EventOf<Events>, string, DetailType>
          : E extends { readonly source: infer Source }
            ? Narrow<EventOf<Events>, Source, string>
            : Unnamed<Events, E>;

// Of what has neither: an event, unless the expectation names a field that events do not have.
type Unnamed<Events extends object, E> = [OtherOf<Events>] extends [never]
  ? EventOf<Events>
  : E extends Expectation | RegExp | ((event: never) => unknown)
    ? EventOf<Events> | OtherOf<Events>
    : keyof E extends keyof EventOf<Events>
      ? EventOf<Events>
      : OtherOf<Events>;

type Guard<Event, Guarded extends Event> = (event: Event) => event is Guarded;

// Keeps the members of the union whose source and detail-type may be the expected ones.
type Narrow<Event, Source, DetailType> =
  Event extends EventBridgeEvent<infer EventSource, infer EventType, unknown>
    ? [Meets<Source, EventSource>, Meets<DetailType, EventType>] extends [true, true]
      ? Event
      : never
    : never;

type Meets<Expectation, Value> = Expectation extends string
  ? Expectation extends Value
    ? true
    : string extends Expectation
      ? true
      : false
  : true;
