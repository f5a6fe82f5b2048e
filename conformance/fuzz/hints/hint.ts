// What a hint is, and the names that hints use: of things that the world has, and of things that come and go.
import { arn } from '../content/documents.ts';
import { ref } from '../input.ts';
import type { Random } from '../prng.ts';

export type Hint = string | number | boolean | ((random: Random) => string);

/**
 * Members by `service.Operation.Member`, and what they are likely to hold. `always`: needed, though the model does not say so.
 * `rarely`: refused by name here, or at odds with other members, so that most calls get further without it.
 */
export type HintRow = readonly [places: RegExp, hints: readonly Hint[], presence?: 'always' | 'rarely'];

/** A thing that nothing else needs, for calls that make or delete: few names, so that one meets the other. */
export const spare = (random: Random): string => `fuzz-spare-${random.whole(0, 2)}`;

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const QUEUE_URL = `${ref('origin')}/000000000000/fuzz-queue`;
export const FIFO_URL = `${ref('origin')}/000000000000/fuzz-fifo.fifo`;
export const spareUrl = (random: Random): string => `${ref('origin')}/000000000000/${spare(random)}`;

export const CONNECTION_ARN = arn('events', `connection/fuzz-connection/${ref('connection')}`);
export const DESTINATION_ARN = arn('events', `api-destination/fuzz-destination/${ref('destination')}`);
export const UUID = '7bf73129-1428-4cd3-a780-95db273d1602';
