// The one dispatcher: every call of every operation passes here, whether it came over HTTP or from another service (a
// rule to a queue, a stack to everything). Validation against the model and the journal's `call` fact sit in this one
// place.
import { errorStatus, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { readOutput } from '@earwitness/protocol/internal/aws/json/written-output';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import { loadModel } from '@earwitness/protocol/internal/aws/models/services';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import { isUnavailable } from './backbone/unavailable.ts';
import type { Call, Caller } from './call.ts';
import type { Clock } from './clock/clock.ts';
import type { Faults } from './faults/faults.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal/journal.ts';
import type { ResourceType } from './resources/resource.ts';
import type { AwsService, ResourceFamily, Service } from './service.ts';

export interface Dispatch extends Caller {
  /** The same for a caller that has parsed a request: names are whatever the request said. */
  run(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown>;
  /** The same for a door that writes the output in JSON: it may be a `WrittenOutput`. */
  perform(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown>;
  /** Adds a service. Services are added once, before the first call. */
  add(service: AwsService): void;
  service(name: string): AwsService | undefined;
  /** A service's model: at once when it has been asked for before, which is every call but the first. */
  model(service: AwsService): ServiceModel | Promise<ServiceModel>;
  /** Loads what makes resources of these types, where a service is loaded when it is first needed. */
  loadResourceTypes(types: Iterable<string>): Promise<void>;
  /** The CloudFormation resource type of that name, whichever service makes it; of those that were loaded. */
  resourceType(type: string): ResourceType | undefined;
}

export interface DispatchGround {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly faults: Pick<Faults, 'isAny' | 'strike'>;
}

export function createDispatch({ clock, journal, ids, faults }: DispatchGround): Dispatch {
  const services = new Map<string, AwsService>();
  const models = new Map<AwsService, ServiceModel>();
  const loaded = new Map<AwsService, Service>();
  const resourceTypes = new Map<string, ResourceType>();
  const families = new Map<ResourceFamily, Promise<void> | undefined>();

  // An import that was made before still costs tens of microseconds: as much as all the rest of a small call.
  function modelOf(service: AwsService): ServiceModel | Promise<ServiceModel> {
    return (
      models.get(service) ??
      loadModel(service.name).then((model) => {
        models.set(service, model);
        return model;
      })
    );
  }

  async function loadService(service: AwsService): Promise<Service> {
    const found = (await service.load?.()) ?? service;
    loaded.set(service, found);
    return found;
  }

  function addTypes(types: readonly ResourceType[]): void {
    for (const resource of types) resourceTypes.set(resource.type, resource);
  }

  async function perform(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown> {
    const started = clock.elapsed();
    let isInjected = false;
    const answered = (status: number, error?: { code: string; message: string }) => {
      journal.record({
        kind: 'call',
        service: service.name,
        operation,
        requestId: call.requestId,
        account: call.account,
        region: call.region,
        status,
        durationMs: clock.elapsed() - started,
        ...(error && { error }),
        ...(call.traceId !== undefined && { traceId: call.traceId }),
        ...(isInjected && { isInjected }),
      });
    };
    try {
      const model = models.get(service) ?? (await modelOf(service));
      // A name from outside: `constructor` is not an operation.
      const { operations = {}, validate = validateInput } = loaded.get(service) ?? (await loadService(service));
      const method = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!method) throw unknownOperation(model, operation);
      validate(model, operation, input);
      if (faults.isAny) {
        await faults.strike({ service: service.name, operation, input }, call, () => {
          isInjected = true;
        });
      }
      // The model vouches for the input's shape: this is the one place where data from outside becomes an operation's
      // type.
      const output = await method(input as never, call);
      answered(model.operations[operation]?.status ?? 200);
      return output;
    } catch (caught) {
      const error = isUnavailable(caught) ? unavailable(caught) : caught;
      if (error instanceof ServiceError) {
        answered(errorStatus(await modelOf(service), error), { code: error.code, message: error.message });
      } else {
        answered(500, { code: 'InternalFailure', message: error instanceof Error ? error.message : String(error) });
        journal.fault(`${service.name}:${operation}`, error);
      }
      throw error;
    }
  }

  async function run(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown> {
    const output = await perform(service, operation, input, call);
    return readOutput(await modelOf(service), operation, output);
  }

  return {
    run,
    perform,
    async call(service, operation, input, origin) {
      const found = services.get(service);
      if (!found) throw new Error(`The service '${service}' is not part of this local cloud.`);
      const { requestId = ids.uuid() } = origin;
      // What is new stands before what is spread (bench/README.md, "Objects that are spread").
      return (await run(found, operation, input, { requestId, ...origin })) as never;
    },
    serves: (service) => services.has(service),
    add(service) {
      services.set(service.name, service);
      addTypes(service.resources ?? []);
      for (const family of service.laterResources ?? []) families.set(family, undefined);
    },
    async loadResourceTypes(types) {
      const wanted = [...types];
      for (const [family, loading] of families) {
        if (!wanted.some((type) => type.startsWith(family.prefix))) continue;
        const loads = loading ?? family.load().then(addTypes);
        families.set(family, loads);
        await loads;
      }
    },
    service: (name) => services.get(name),
    model: modelOf,
    resourceType: (type) => resourceTypes.get(type),
  };
}

/** What clients try again. Source: 503 is transient to every AWS SDK (Common Errors, ServiceUnavailable). */
function unavailable(cause: Error): ServiceError {
  return new ServiceError('ServiceUnavailable', cause.message, { status: 503, cause });
}

function unknownOperation(model: ServiceModel, operation: string): ServiceError {
  const known = Object.hasOwn(model.operations, operation) || model.otherOperations.includes(operation);
  const message = known
    ? `Earwitness does not serve ${model.fullName}'s operation ${operation}.`
    : `${model.fullName} has no operation ${operation}.`;
  return new ServiceError('UnknownOperationException', message, { status: 501 });
}
