// How a selection fails. The sentences are the engine's own; who asked puts the path before them.

/** Nothing is there. Filters and `[*]` of an array pass over it. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** The path cannot be used on what is there. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}
