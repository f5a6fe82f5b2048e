/** What a function refuses; the sentence gets the call's text before it. */
export class Fault extends Error {
  override name = 'Fault';
}
