// A service whose modules are loaded when it is first needed: by a call of one of its operations, a request at one of
// its doors, or a template with one of its resource types; or by another node, which has loaded it and may leave work
// behind when it dies. Who does not use it pays nothing for it.
import type { ServiceName } from '@earwitness/protocol/internal/aws/models/services';
import { tableOf } from '../backbone/table.ts';
import { isUnavailable } from '../backbone/unavailable.ts';
import type { Door } from '../http/door.ts';
import type { Platform } from '../platform.ts';
import type { AwsService, ResourceFamily, Service } from '../service.ts';

/** What has to be known of a service before it is loaded. */
export interface LazyService {
  readonly name: ServiceName;
  /** Loads what makes the service. */
  readonly create: () => Promise<(platform: Platform) => Service>;
  /** Its CloudFormation resource types, where it has any. */
  readonly resources?: ResourceFamily;
  /** Its doors, by the same names as the loaded service has them: which requests are for them. */
  readonly doors?: readonly Pick<Door, 'name' | 'pages' | 'continues' | 'accepts'>[];
}

/** The services that some node has loaded, by name: the others load them, too. */
const LOADED = tableOf<true>('services/loaded');

export function lazyService({ name, create, resources, doors = [] }: LazyService): (platform: Platform) => AwsService {
  return (platform) => {
    let creating: Promise<Service> | undefined;
    let loaded: Service | undefined;
    const table = platform.backbone.table(LOADED);
    const make = () => {
      creating ??= create().then((createService) => {
        loaded = createService(platform);
        return loaded;
      });
      return creating;
    };
    const load = async () => {
      const service = await make();
      // Before its first call: whatever that leaves to be done, another node knows of.
      if (!table.get(name)) await table.put(name, true);
      return service;
    };
    const follow = async () => {
      // A cloud that was emptied still has the service, and says so again.
      if (!loaded && !table.get(name)) return;
      const release = platform.clock.hold();
      try {
        await load();
      } catch (error) {
        // The next call says it.
        if (!isUnavailable(error)) platform.journal.fault(`the service ${name}`, error);
      } finally {
        release();
      }
    };
    const leave = table.watch(() => void follow(), { prefix: name });
    void follow();
    const loadedDoor = (door: string) => loaded?.doors?.find((one) => one.name === door);
    const doorNamed = async (door: string, making: Promise<Service>): Promise<Door> => {
      const found = (await making).doors?.find((one) => one.name === door);
      if (!found) throw new Error(`The service '${name}' has no door '${door}'.`);
      return found;
    };
    return {
      name,
      operations: {},
      load,
      laterResources: resources ? [resources] : [],
      doors: doors.map((door) => ({
        ...door,
        // The loaded door may know more: what stands in its tables.
        accepts: (request) => (loadedDoor(door.name) ?? door).accepts(request),
        async refuse(request, response, turned) {
          (await doorNamed(door.name, make())).refuse(request, response, turned);
        },
        async handle(request, response) {
          await (await doorNamed(door.name, load())).handle(request, response);
        },
      })),
      async state(home) {
        return (await loaded?.state?.(home)) ?? {};
      },
      async map() {
        // Another node may have loaded it, and this one not yet: what it made stands in the tables.
        const known = loaded ?? (table.get(name) ? await load() : undefined);
        return (await known?.map?.()) ?? { nodes: [], edges: [] };
      },
      async reset() {
        await loaded?.reset?.();
      },
      async purge() {
        await loaded?.purge?.();
      },
      async close() {
        leave();
        await (await creating)?.close?.();
      },
    };
  };
}
