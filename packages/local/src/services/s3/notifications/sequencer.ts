// Sequencers: of two changes of one key, the later one has the greater. Source: S3 user guide, "Event message
// structure": hexadecimal; they are compared after the shorter one was filled up with zeros on the right.

/** Digits of a sequencer. Recorded on AWS: 18, as in `006A6EF6F74389E232`. */
const LENGTH = 18;

/**
 * The next sequencer: of the clock's time, and greater than the one before.
 * @param now epoch milliseconds
 * @param previous the last one that this key has, or any key of this node
 */
export function nextSequencer(now: number, previous = '0'): string {
  const byTime = BigInt(Math.floor(now)) * 1_000_000n;
  const after = BigInt(`0x${previous}`) + 1n;
  return (byTime > after ? byTime : after).toString(16).toUpperCase().padStart(LENGTH, '0');
}
