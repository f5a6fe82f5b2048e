// What a service that has streams offers to who reads them: beside its operations, which everybody calls through the
// dispatcher, only that nobody has to ask by time whether there is something new.

export interface StreamSource {
  /**
   * Calls `listener` when the shard that it names may have got records, and without a name when shards came or ended;
   * by whichever node. A listener must not throw. Returns a function that unsubscribes.
   */
  watch(arn: string, listener: (shardId: string | undefined) => void): () => void;
  /** The sequence number after which a reader begins who wants what comes from now on. */
  latest(arn: string, shardId: string): Promise<string>;
}

export type StreamKind = 'dynamodb' | 'kinesis';

/** Which kind of stream an ARN's service has; `undefined` when it has none that is served here. */
export function streamKind(service: string | undefined): StreamKind | undefined {
  return service === 'dynamodb' || service === 'kinesis' ? service : undefined;
}
