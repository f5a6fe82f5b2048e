// The one dispatcher: every call of every operation passes here, whether it came over HTTP or from another service (a rule to a
// queue, a stack to everything). Validation against the model and the journal's `call` fact sit in this one place.
import { errorStatus, ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { Operations as ApiGateway } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { Operations as ApiGatewayV2 } from '@earwitness/protocol/internal/aws/models/apigatewayv2.types';
import type { Operations as CloudFormation } from '@earwitness/protocol/internal/aws/models/cloudformation.types';
import type { Operations as Events } from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operations as Iam } from '@earwitness/protocol/internal/aws/models/iam.types';
import type { Operations as Lambda } from '@earwitness/protocol/internal/aws/models/lambda.types';
import type { Operations as Logs } from '@earwitness/protocol/internal/aws/models/logs.types';
import type { Operations as SecretsManager } from '@earwitness/protocol/internal/aws/models/secretsmanager.types';
import type { Operations as Sqs } from '@earwitness/protocol/internal/aws/models/sqs.types';
import type { Operations as Ssm } from '@earwitness/protocol/internal/aws/models/ssm.types';
import type { Operations as Sts } from '@earwitness/protocol/internal/aws/models/sts.types';
import { validateInput } from '@earwitness/protocol/internal/aws/validate';
import type { Clock } from './clock.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal.ts';
import type { ResourceType } from './resource.ts';
import type { AwsService, Call } from './service.ts';

/** Every service's operations by the service's name. */
export interface Services {
  readonly events: Events;
  readonly sqs: Sqs;
  readonly secretsmanager: SecretsManager;
  readonly iam: Iam;
  readonly sts: Sts;
  readonly lambda: Lambda;
  readonly apigateway: ApiGateway;
  readonly apigatewayv2: ApiGatewayV2;
  readonly cloudformation: CloudFormation;
  readonly logs: Logs;
  readonly ssm: Ssm;
}

type Io<S extends keyof Services, O extends keyof Services[S]> = Services[S][O] extends {
  readonly input: infer Input;
  readonly output: infer Output;
}
  ? { readonly input: Input; readonly output: Output }
  : never;

export interface Dispatch {
  /**
   * Calls an operation as another service would: typed input, typed output, ServiceError for refusals.
   * `origin` says on whose behalf; a new request id is made when it has none.
   */
  call<S extends keyof Services, O extends keyof Services[S] & string>(
    service: S,
    operation: O,
    input: Io<S, O>['input'],
    origin: Omit<Call, 'requestId'> & { readonly requestId?: string },
  ): Promise<Io<S, O>['output']>;
  /** The same for a door that has parsed a request: names are whatever the request said. */
  run(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown>;
  /** Adds a service. Services are added once, before the first call. */
  add(service: AwsService): void;
  service(name: string): AwsService | undefined;
  /** A service's model: at once when it has been asked for before, which is every call but the first. */
  model(service: AwsService): ServiceModel | Promise<ServiceModel>;
  /** The CloudFormation resource type of that name, whichever service makes it. */
  resourceType(type: string): ResourceType | undefined;
}

export function createDispatch({ clock, journal, ids }: { clock: Clock; journal: Journal; ids: Ids }): Dispatch {
  const services = new Map<string, AwsService>();
  const models = new Map<AwsService, ServiceModel>();

  // An import that was made before still costs tens of microseconds: as much as all the rest of a small call.
  function modelOf(service: AwsService): ServiceModel | Promise<ServiceModel> {
    return (
      models.get(service) ??
      service.loadModel().then((model) => {
        models.set(service, model);
        return model;
      })
    );
  }

  async function run(service: AwsService, operation: string, input: unknown, call: Call): Promise<unknown> {
    const started = clock.elapsed();
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
      });
    };
    try {
      const model = models.get(service) ?? (await modelOf(service));
      // A name from outside: `constructor` is no operation.
      const perform = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
      if (!perform) throw unknownOperation(model, operation);
      (service.validate ?? validateInput)(model, operation, input);
      // The model vouches for the input's shape: this is the one place where data from outside becomes an operation's type.
      const output = await perform(input as never, call);
      answered(model.operations[operation]?.status ?? 200);
      return output;
    } catch (error) {
      if (error instanceof ServiceError) {
        answered(errorStatus(await modelOf(service), error), { code: error.code, message: error.message });
      } else {
        const { message, stack } = error instanceof Error ? error : new Error(String(error));
        answered(500, { code: 'InternalFailure', message });
        journal.record({
          kind: 'fault',
          about: `${service.name}:${operation}`,
          message,
          ...(stack !== undefined && { stack }),
        });
      }
      throw error;
    }
  }

  return {
    run,
    async call(service, operation, input, origin) {
      const found = services.get(service);
      if (!found) throw new Error(`The service '${service}' is not part of this local cloud.`);
      const output = await run(found, operation, input, { ...origin, requestId: origin.requestId ?? ids.uuid() });
      return output as never;
    },
    add(service) {
      services.set(service.name, service);
    },
    service: (name) => services.get(name),
    model: modelOf,
    resourceType(type) {
      for (const { resources = [] } of services.values()) {
        const found = resources.find((resource) => resource.type === type);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function unknownOperation(model: ServiceModel, operation: string): ServiceError {
  const known = Object.hasOwn(model.operations, operation) || model.otherOperations.includes(operation);
  const message = known
    ? `Earwitness does not serve ${model.fullName}'s operation ${operation}.`
    : `${model.fullName} has no operation ${operation}.`;
  return new ServiceError('UnknownOperationException', message, { status: 501 });
}
