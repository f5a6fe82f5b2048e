// Several transports heard side by side, each message, gap and interruption with the transport it came from. All of
// them are open, or none: when one cannot be opened the others are closed again. While one of them is interrupted,
// silence proves nothing, so the interruption of one is reported for all, with its name.
import { type Gap, type Item, type OpenTransport, type Transport, TransportError } from './transport.ts';

/** What is heard, and on which transport. */
export interface TransportsListener {
  item(item: Item, transport: Transport): void;
  gap(gap: Gap, transport: Transport): void;
  /** One cannot be heard at the moment, or never again. */
  interrupted(cause: Error): void;
  /** All can be heard again. */
  resumed(): void;
}

/**
 * Opens all; resolves once everything published from now on will be heard on each.
 * @throws TransportError of the first that cannot be opened
 */
export async function openTransports(
  transports: readonly Transport[],
  listener: TransportsListener,
  signal: AbortSignal | undefined,
): Promise<OpenTransport> {
  const interrupted = new Set<Transport>();
  const interrupt = (transport: Transport, cause: Error) => {
    interrupted.add(transport);
    listener.interrupted(transports.length === 1 ? cause : named(transport, cause));
  };
  const opening = transports.map((transport) =>
    transport.open(
      {
        item: (item) => listener.item(item, transport),
        gap: (gap) => listener.gap(gap, transport),
        interrupted: (cause) => interrupt(transport, cause),
        resumed: () => {
          interrupted.delete(transport);
          if (interrupted.size === 0) listener.resumed();
        },
        lost: (cause) => interrupt(transport, cause),
      },
      signal,
    ),
  );
  const outcomes = await Promise.allSettled(opening);
  const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async () => {
    await Promise.all(opened.map((one) => one.close()));
  };
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  return { close };
}

function named(transport: Transport, cause: Error): Error {
  return new TransportError(`${transport.name}: ${cause.message}`, { cause });
}
