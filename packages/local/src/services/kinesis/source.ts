// What who reads streams is told without asking: that there are records, and that shards came or were closed.
import type { StreamSource } from '../../streams/source.ts';
import type { Parts } from './parts.ts';
import { type Shard, sequenceNumber, shardId } from './shard.ts';
import { placeOfArn, type Stream } from './stream.ts';

export function createStreamSource({ streams, records }: Parts): StreamSource {
  return {
    watch(arn, listener) {
      const place = placeOfArn(arn);
      /** By the stream that a shard is of, which may be made anew under its name. */
      const tails = new Map<string, () => void>();
      const hear = () => {
        const stream = streams.find(place);
        for (const shard of stream?.shards ?? []) {
          const key = `${stream?.createdAt}/${shard.number}`;
          if (stream && !tails.has(key)) tails.set(key, tail(stream, shard));
        }
      };
      const tail = (stream: Stream, shard: Shard) => records.tail(stream, shard, () => listener(shardId(shard)));
      hear();
      const leave = streams.watch(place, () => {
        hear();
        listener(undefined);
      });
      return () => {
        leave();
        for (const stop of tails.values()) stop();
      };
    },
    async latest(arn, id) {
      const stream = streams.get(placeOfArn(arn));
      const shard = stream.shards.find((one) => shardId(one) === id);
      if (!shard) throw new Error(`The stream ${stream.name} has no shard ${id}.`);
      return sequenceNumber(shard, await records.last(stream, shard));
    },
  };
}
