// Why a regular expression from outside is not run. The message continues a sentence about the expression:
// "AllowedPattern of parameter X" + " uses a back-reference `\1`, …".

export class ExpressionRefusal extends Error {
  /** `malformed`: not a Java regular expression at all. `not served`: Java runs it, and Earwitness does not. */
  readonly kind: 'malformed' | 'not served';

  constructor(kind: ExpressionRefusal['kind'], message: string) {
    super(message);
    this.name = 'ExpressionRefusal';
    this.kind = kind;
  }
}

/** `what` is Java's own description: `Unclosed group`. */
export function malformed(what: string): ExpressionRefusal {
  return new ExpressionRefusal('malformed', `is not a Java regular expression: ${what}`);
}

/** `what` names the construct as it is written: "a back-reference `\1`". */
export function notServed(what: string): ExpressionRefusal {
  return new ExpressionRefusal('not served', `uses ${what}, which Earwitness cannot match in linear time`);
}

/** `what` says how much it is: "2,000,000 instructions". */
export function tooLarge(what: string): ExpressionRefusal {
  return new ExpressionRefusal('not served', `is larger than Earwitness runs: ${what}`);
}
