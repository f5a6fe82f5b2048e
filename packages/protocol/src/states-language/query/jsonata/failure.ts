// How an evaluation fails besides the library's own errors.

/** A bound was passed. AWS puts a colon before these sentences, a full stop before all others. */
export class Exceeded extends Error {
  override name = 'Exceeded';
}

/** The result is a function. */
export class Unsupported extends Error {
  override name = 'Unsupported';
}
