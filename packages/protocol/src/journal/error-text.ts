// The error of a function in words: without what only a program reads.

interface FunctionFailure {
  readonly name: string;
  readonly message: string;
}

/** What Lambda writes in front of its own sentences. */
const REQUEST_ID = /^RequestId: \S+ Error: /;

/** `TypeError: no name`; of Lambda's own errors the sentence alone: `Task timed out after 3.00 seconds`. */
export function errorText({ name, message }: FunctionFailure): string {
  const sentence = message.replace(REQUEST_ID, '');
  return sentence === message ? `${name}: ${message}` : sentence;
}
