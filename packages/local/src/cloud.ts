// A local cloud without a socket: the ground floor and every service on it. `startLocal` puts it on a port; unit tests
// call its dispatcher directly.

import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { MockedResults } from '@earwitness/protocol/internal/admin/mocked-results';
import type { SentEvent } from '@earwitness/protocol/internal/admin/sent-event';
import type { Backbone } from './backbone/backbone.ts';
import { createMemoryBackbone } from './backbone/memory/backbone.ts';
import { tableOf } from './backbone/table.ts';
import type { Call } from './call.ts';
import type { MovableClock } from './clock/clock.ts';
import { DEFAULTS } from './defaults.ts';
import { createDispatch } from './dispatch.ts';
import { createFaults } from './faults/faults.ts';
import type { Ids } from './ids.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import { createAccess } from './permissions/authorize.ts';
import type { Address, Home, Platform } from './platform.ts';
import { isAwsService, type Service } from './service.ts';
import type { StandInSettings } from './stand-ins/stand-in.ts';
import { createStandIns } from './stand-ins/stand-ins.ts';

/** The last time that a node was told to forget: the others do the same with what they have of their own. */
interface Forgetting {
  readonly id: string;
  readonly kind: 'reset' | 'purge';
}

const FORGETTINGS = tableOf<Forgetting>('cloud/forgettings');

export interface Cloud extends Platform {
  readonly clock: MovableClock;
  readonly services: readonly Service[];
  /** What there is. Asking leaves no trace in the journal. `home`: where a caller acts whose key names no account. */
  state(home: Pick<Call, 'account' | 'region'>): Promise<CloudState>;
  /** What is connected with what. Asking leaves no trace in the journal. */
  map(home: Pick<Call, 'account' | 'region'>): Promise<CloudMap>;
  /** A page of the messages that lie in a queue, as they are; `undefined` when there is no such queue. */
  readonly lookAt: NonNullable<Service['lookAt']>;
  /** Puts events of any source on their buses. Returns their ids. @throws ServiceError when a bus does not exist */
  emit(events: readonly SentEvent[], call: Omit<Call, 'requestId'>): Promise<readonly string[]>;
  /** What tests say that tasks of state machines answer. */
  taskResults(): Promise<MockedResults>;
  /** Replaces that for the machines that are named. @throws ServiceError when there is no such machine or task */
  mockTasks(results: MockedResults): Promise<void>;
  /** Forgets every resource, event and message. */
  reset(): Promise<void>;
  /** Forgets what went through the resources, and keeps those: see `purge` of the ports and services. */
  purge(): Promise<void>;
  close(): Promise<void>;
}

export interface CloudOptions {
  readonly clock: MovableClock;
  readonly ids: Ids;
  readonly address: Address;
  /** Default: `DEFAULTS`. */
  readonly home?: Home;
  readonly trustedRoots?: () => Promise<readonly string[]>;
  readonly services: readonly ((platform: Platform) => Service)[];
  /** Opened already. Default: this process's memory. */
  readonly backbone?: Backbone;
  /** Default: a journal of its own. */
  readonly journal?: Journal;
  /** Bytes that the journal keeps. Default: the journal's own. */
  readonly journalMaxBytes?: number | undefined;
  /** What becomes of things that are not served. Default: they stand in. */
  readonly standIns?: StandInSettings | undefined;
}

export function createCloud(options: CloudOptions): Cloud {
  const { clock, ids, address, trustedRoots } = options;
  const { journal = createJournal(clock, { maxBytes: options.journalMaxBytes }) } = options;
  const { backbone = createMemoryBackbone(clock, (about, error) => void journal.fault(about, error)) } = options;
  const faults = createFaults({ backbone, clock });
  const dispatch = createDispatch({ clock, journal, ids, faults });
  const access = createAccess({ clock, dispatch, journal });
  const platform: Platform = {
    clock,
    ids,
    address,
    home: options.home ?? DEFAULTS,
    journal,
    backbone,
    dispatch,
    faults,
    access,
    standIns: createStandIns({ backbone, clock, ids, journal }, options.standIns),
    ...(trustedRoots && { trustedRoots }),
  };
  const services = options.services.map((create) => create(platform));
  for (const service of services.filter(isAwsService)) dispatch.add(service);
  const resetHere = async () => {
    for (const service of services) await service.reset?.();
  };
  const purgeHere = async () => {
    for (const service of services) await service.purge?.();
  };
  const forgetHere = () => {
    journal.clear();
    access.identity.clear();
  };
  // What stands on the backbone is gone for all nodes; what each has beside it, each forgets when it hears of it.
  const forgettings = backbone.table(FORGETTINGS);
  const told = new Set<string>();
  const tellOthers = async (kind: Forgetting['kind']) => {
    const id = ids.uuid();
    told.add(id);
    await forgettings.put('last', { id, kind });
    told.delete(id);
  };
  const leaveForgettings = forgettings.watch((_key, row) => {
    if (!row || told.has(row.value.id)) return;
    const isReset = row.value.kind === 'reset';
    const forgetting = isReset ? resetHere().then(forgetHere) : purgeHere().then(() => journal.clear());
    forgetting.catch((error: unknown) => journal.fault(`a ${row.value.kind} of another node`, error));
  });
  const stepFunctions = async (): Promise<Service> => {
    const service = dispatch.service('stepfunctions');
    if (!service) throw new Error("The service 'stepfunctions' is not part of this local cloud.");
    return (await service.load?.()) ?? service;
  };
  return {
    ...platform,
    clock: {
      ...clock,
      advance(ms) {
        journal.record({ kind: 'clock.advanced', byMs: ms });
        return clock.advance(ms);
      },
    },
    services,
    async state(home) {
      const shares = await Promise.all(services.map((service) => service.state?.(home)));
      return Object.assign({ now: clock.now(), stacks: [], buses: [], queues: [], functions: [] }, ...shares);
    },
    async map(home) {
      const [{ assembleMap }, shares, states] = await Promise.all([
        import('./map/assemble.ts'),
        Promise.all(services.map((service) => service.map?.())),
        dispatch.service('cloudformation')?.state?.(home),
      ]);
      const known = shares.filter((share) => share !== undefined);
      return assembleMap(known, { stacks: states?.stacks ?? [], findStandIn: platform.standIns.find });
    },
    lookAt: async (queue, page) => dispatch.service('sqs')?.lookAt?.(queue, page),
    async emit(events, call) {
      const take = dispatch.service('events')?.emit;
      if (!take) throw new Error("The service 'events' is not part of this local cloud.");
      return take(events, { ...call, requestId: ids.uuid() });
    },
    taskResults: async () => (await stepFunctions()).taskResults?.() ?? {},
    mockTasks: async (results) => (await stepFunctions()).mockTasks?.(results),
    async reset() {
      await resetHere();
      await backbone.clear();
      forgetHere();
      await tellOthers('reset');
    },
    async purge() {
      // First, so that no job that waits is begun; again, for what ended meanwhile and left something behind.
      await backbone.purge();
      await purgeHere();
      await backbone.purge();
      await faults.clear();
      journal.clear();
      await tellOthers('purge');
    },
    async close() {
      leaveForgettings();
      // In reverse: what was started last may still use what was started first.
      await closeEach([...services.toReversed().map((service) => () => service.close?.()), () => backbone.close()]);
    },
  };
}

/**
 * Ends things one after the other: what one of them throws keeps none of the others.
 * @throws what the first of them threw that did, when all are done
 */
export async function closeEach(closings: Iterable<(() => Promise<void> | void) | undefined>): Promise<void> {
  const thrown: unknown[] = [];
  for (const close of closings) {
    try {
      await close?.();
    } catch (error) {
      thrown.push(error);
    }
  }
  if (thrown.length > 0) throw thrown[0];
}
