// What facts, requests and messages of one trace have in common.

/**
 * `1-…` of `Root=1-…` in a trace header, by which hops belong together; the rest of the header changes from hop to hop.
 */
export function rootOf(traceId: string | undefined): string | undefined {
  return traceId === undefined ? undefined : (/Root=([^;]+)/.exec(traceId)?.[1] ?? traceId);
}
