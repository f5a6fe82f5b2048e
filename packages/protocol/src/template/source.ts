// Where each thing stands in the template's text, so that a refusal can name its line. Kept beside the values, by
// identity: a transform that carries a map over into what it generates carries its lines over too.

export interface Place {
  /** 1 for the first line. */
  readonly line: number;
  /** The line of a member by key or index. */
  lineOf(member: string): number | undefined;
}

export interface Source {
  mark(container: object, place: Place): void;
  /** The line of a map or list, or of one of its members; `undefined` for what was generated. */
  lineOf(container: unknown, member?: string | number): number | undefined;
  /** Says that a value was made of `origin`, whose members its own parts came from: a definition that became one text. */
  made(value: object, origin: object): void;
  /** What a value was made of. */
  originOf(value: unknown): unknown;
  /**
   * Says that `made` stands where `origin` stands, and its members where origin's stand; `renamed` names origin's
   * member for one that has another name there. Answers `made`.
   */
  derive<Made extends object>(made: Made, origin: unknown, renamed?: Readonly<Record<string, string>>): Made;
}

export function createSource(): Source {
  // Not a WeakMap: a source lives no longer than its template's values, and weak keys cost each garbage collection.
  const places = new Map<object, Place>();
  const origins = new Map<unknown, object>();
  const placeOf = (container: unknown) =>
    typeof container === 'object' && container !== null ? places.get(container) : undefined;
  return {
    mark: (container, place) => void places.set(container, place),
    lineOf(container, member) {
      const place = placeOf(container);
      return member === undefined ? place?.line : (place?.lineOf(String(member)) ?? place?.line);
    },
    made: (value, origin) => void origins.set(value, origin),
    originOf: (value) => origins.get(value),
    derive(made, origin, renamed) {
      const from = origins.get(origin);
      if (from) origins.set(made, from);
      const place = placeOf(origin);
      if (place) places.set(made, renamed ? withNames(place, renamed) : place);
      return made;
    },
  };
}

/** The place of what has members under other names, each of which leads to the name before. */
function withNames(place: Place, renamed: Readonly<Record<string, string>>): Place {
  return {
    line: place.line,
    lineOf(member) {
      const before = Object.hasOwn(renamed, member) ? renamed[member] : undefined;
      return (before === undefined ? undefined : place.lineOf(before)) ?? place.lineOf(member);
    },
  };
}
