// A compiled event pattern. (The pattern engine's own change replaces this file.)

/** A parsed, checked pattern. Opaque to callers. */
export interface Pattern {
  /** The pattern's JSON text as it was given. */
  readonly text: string;
}
