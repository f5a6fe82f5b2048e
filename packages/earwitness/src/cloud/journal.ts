// The local cloud's journal, for a test to look into: what the failure pages read.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { FACT_KINDS } from '@earwitness/protocol/internal/journal/kinds';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import { ConfigurationError } from '../errors.ts';
import { TransportError } from '../hearing/transport.ts';
import { readFacts } from '../page/journal/journal.ts';

/** Which facts. */
export interface JournalOptions<Kind extends Fact['kind'] = Fact['kind']> {
  /** Of this kind alone: `delivery.attempted`. */
  readonly kind?: Kind;
  /** Not before, epoch milliseconds of the cloud's clock. Default: from the beginning. */
  readonly since?: number;
}

/** What a journal has. */
export interface JournalPage<Kind extends Fact['kind'] = Fact['kind']> {
  /** Oldest first. */
  readonly facts: readonly Extract<Fact, { readonly kind: Kind }>[];
  /** How many older facts the journal has dropped for lack of room since it was started or emptied. */
  readonly droppedFacts: number;
}

/**
 * @throws ConfigurationError for a kind that there is not
 * @throws TransportError when the cloud does not answer
 */
export async function readJournalPage<Kind extends Fact['kind']>(
  url: string,
  { kind, since = 0 }: JournalOptions<Kind>,
): Promise<JournalPage<Kind>> {
  if (kind !== undefined && !FACT_KINDS.includes(kind)) {
    const meant = nearest(kind, FACT_KINDS);
    const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new ConfigurationError(
      `cloud.journal(): no fact is of the kind "${kind}".${hint} There is: ${FACT_KINDS.join(', ')}.`,
    );
  }
  const { facts, gap } = await readFacts(url, { since: Math.floor(since) }).catch((cause: unknown) => {
    throw new TransportError(`the local cloud at ${url} does not answer`, { cause });
  });
  const isWanted = (fact: Fact): fact is Extract<Fact, { readonly kind: Kind }> =>
    kind === undefined || fact.kind === kind;
  return { facts: facts.filter(isWanted), droppedFacts: gap?.droppedFacts ?? 0 };
}
