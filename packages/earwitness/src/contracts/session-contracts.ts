// What a subscription does for the contracts. When it opens, the lock file is read; when it closes, every event it
// heard is checked against it, and what it saw is left for the end of the run. Canaries, texts and objects without
// source and detail-type are not checked.
import { basename, relative } from 'node:path';
import { ConfigurationError, ContractBrokenError } from '../errors.ts';
import type { EventBridgeEvent, Received } from '../event.ts';
import type { Session, SessionSettings } from '../hearing/session.ts';
import type { Wait } from '../hearing/wait.ts';
import { firstPlace, printPlace } from '../page/code-frame.ts';
import { line } from '../printing/line.ts';
import { type Breach, findBreaches } from './breach.ts';
import { growContracts } from './change.ts';
import { describeDifferences } from './difference.ts';
import { type ContractFiles, readLock } from './files.ts';
import { type Contracts, type EventType, joinContracts, NO_CONTRACTS, shapeOf } from './lock.ts';
import { type BrokenType, brokenPage } from './page.ts';
import { rulesFor } from './rules.ts';
import { contractMode, leaveObservation, readObservations } from './run.ts';
import { shapeOfSamples } from './shape.ts';
import { fieldAt, type Use, usesOf } from './uses.ts';

type ReceivedEvent = Received & { readonly message: EventBridgeEvent };

interface ReceivedType {
  readonly type: EventType;
  readonly events: readonly ReceivedEvent[];
}

/**
 * Reads the contracts for one subscription. The returned function is called when it has been closed.
 * @throws ConfigurationError when the lock file cannot be read, is missing in CI, or an update would not be written
 */
export function openContracts(
  files: ContractFiles,
  environment: Readonly<Record<string, string | undefined>>,
  onFailed?: SessionSettings['onFailed'],
): (session: Session, waits: readonly Wait<never>[]) => Promise<void> {
  const mode = contractMode(environment);
  const folder = environment['EARWITNESS_OBSERVED'] || undefined;
  const locked = readLock(files);
  const name = basename(files.lock);
  if (mode === 'hold' && !locked) {
    throw new ConfigurationError(
      `${relative('', files.lock)} does not exist: run the tests on your machine and commit it.`,
    );
  }
  if (mode === 'update' && folder === undefined) {
    throw new ConfigurationError(
      `EARWITNESS_UPDATE is set, but ${name} would not be written at the end of the tests: run them with "earwitness exec -- …" or "earwitness lock -- …".`,
    );
  }
  return async (session, waits) => {
    const byType = sortByType(session.recording.all());
    if (byType.length === 0) return;
    const seen = byType.map(contractOf).reduce(joinContracts, NO_CONTRACTS);
    const uses = byType.flatMap(({ type, events: [first] }) => (first ? usesOf(type, first.message, waits) : []));
    if (folder === undefined) reportAdditions(locked ?? NO_CONTRACTS, seen, name);
    else await leaveObservation(folder, { seen, uses });
    if (!locked || mode === 'update') return;
    const breaking = byType.map((one) => findBreaking(locked, one)).filter((one) => one !== undefined);
    if (breaking.length === 0) return;
    const known = folder === undefined ? uses : (await readObservations(folder)).flatMap((one) => one.uses);
    const broken = await Promise.all(breaking.map((one) => withConsumers(one, known, session.openedAt)));
    const place = waits.map(({ frames }) => firstPlace(frames)).find((found) => found !== undefined);
    const page = {
      types: broken,
      lock: name,
      openedAt: session.openedAt,
      ...(place ? { heardIn: printPlace(place) } : {}),
    };
    const frames = waits.find((wait) => wait.frames !== '')?.frames ?? '';
    const received = broken.map(({ event }) => event.message);
    const error = new ContractBrokenError(brokenPage(page), { frames, received });
    onFailed?.({ title: `contracts of ${name}`, frames }, error);
    throw error;
  };
}

function sortByType(received: readonly Received[]): ReceivedType[] {
  const types = new Map<string, { type: EventType; events: ReceivedEvent[] }>();
  for (const one of received.filter(isEvent)) {
    const { source, 'detail-type': detailType } = one.message;
    const key = JSON.stringify([source, detailType]);
    const known = types.get(key);
    if (known) known.events.push(one);
    else types.set(key, { type: { source, detailType }, events: [one] });
  }
  return [...types.values()];
}

function isEvent(received: Received): received is ReceivedEvent {
  const { message } = received;
  if (typeof message === 'string') return false;
  const { source, 'detail-type': detailType, detail }: Partial<Record<keyof EventBridgeEvent, unknown>> = message;
  return typeof source === 'string' && typeof detailType === 'string' && detail !== undefined;
}

function contractOf({ type: { source, detailType }, events }: ReceivedType): Contracts {
  const shape = shapeOfSamples(events.map(({ message }) => message.detail));
  return new Map([[source, new Map(shape ? [[detailType, shape]] : [])]]);
}

type Breaking = Pick<BrokenType, 'type' | 'event' | 'breaches'>;

/** The breaches of one type, one for each field; undefined when there are none. */
function findBreaking(locked: Contracts, { type, events }: ReceivedType): Breaking | undefined {
  const shape = shapeOf(locked, type);
  if (!shape) return undefined;
  const found = events.flatMap((event) =>
    findBreaches(shape, event.message.detail, ['detail']).map((breach) => ({ event, breach })),
  );
  const [first] = found;
  if (!first) return undefined;
  const byField = new Map<string, Breach>();
  for (const { breach } of found) {
    const key = `${fieldAt(breach.path)} ${breach.after}`;
    if (!byField.has(key)) byField.set(key, breach);
  }
  return { type, event: first.event, breaches: [...byField.values()] };
}

async function withConsumers(breaking: Breaking, known: readonly Use[], sinceMs: number): Promise<BrokenType> {
  const { source, detailType } = breaking.type;
  return {
    ...breaking,
    uses: known.filter(({ type }) => type.source === source && type.detailType === detailType),
    rules: await rulesFor(breaking.event.message, sinceMs),
  };
}

const reported = new Set<string>();

/** Without a run around the tests, what is new stays out of the lock file; this is said once in each process. */
function reportAdditions(locked: Contracts, seen: Contracts, name: string): void {
  for (const difference of describeDifferences(locked, growContracts(locked, seen))) {
    if (reported.has(difference)) continue;
    reported.add(difference);
    const news = line`earwitness: not in ${name} yet: ${difference.slice(2)} ("earwitness exec" or "earwitness lock" adds it)`;
    process.stderr.write(`${news}\n`);
  }
}
