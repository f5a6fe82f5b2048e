// What is wrong with a backbone's address, its server, or what is stored there: said to a person, before anything runs.

/** A backbone cannot be used as it is: what was wrong, where, what was expected, and how to mend it. */
export class BackboneError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BackboneError';
  }
}
