// What integrations of REST APIs of type AWS call: an operation (`…:dynamodb:action/PutItem`) of a service that speaks
// JSON, or SQS and SNS by the form that is their body (`…:sqs:path/000000000000/orders`), or a function. Source: API
// Gateway API reference, PutIntegration, uri.
import { loadModel, type ServiceName } from '@earwitness/protocol/internal/aws/models/services';

export type Action =
  | { readonly form: 'json'; readonly service: ServiceName; readonly operation: string }
  | {
      readonly form: 'query';
      readonly service: 'sqs' | 'sns';
      /** `/000000000000/orders` */
      readonly path: string;
      /** `Action=SendMessage`, where the URI names it. */
      readonly query: string;
    }
  /** A function, whose event is the body itself: no event of a request. */
  | { readonly form: 'function'; readonly arn: string; readonly isAsync: boolean };

/** Services that speak JSON, by the names that URIs have for them. */
const SERVICES: Readonly<Record<string, ServiceName>> = {
  dynamodb: 'dynamodb',
  events: 'events',
  kinesis: 'kinesis',
  kms: 'kms',
  logs: 'logs',
  secretsmanager: 'secretsmanager',
  ssm: 'ssm',
  states: 'stepfunctions',
};

/** What a URI calls; a region may be a variable that nobody filled in. `undefined`: nothing that is served. */
export async function parseActionUri(uri: string): Promise<Action | undefined> {
  const [, name = '', kind, target = ''] =
    /^arn:[^:]+:apigateway:(?:\$\{[^}]*\}|[^:]*):(\w+):(action|path)\/(.*)$/.exec(uri) ?? [];
  if (name === 'sqs' || name === 'sns') {
    if (kind === 'action') return { form: 'query', service: name, path: '/', query: `Action=${target}` };
    return { form: 'query', service: name, path: `/${target.replace(/^\/+/, '')}`, query: '' };
  }
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (service === undefined || kind !== 'action') return undefined;
  const { operations } = await loadModel(service);
  return Object.hasOwn(operations, target) ? { form: 'json', service, operation: target } : undefined;
}
