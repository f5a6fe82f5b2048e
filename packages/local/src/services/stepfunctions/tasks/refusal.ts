// How a service's refusal looks in a state machine: by the two versions of the AWS SDK for Java that Step Functions is
// made with. Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/error_handling).
import { errorShape, errorStatus, queryErrorCode, type ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { ServiceModel } from '@earwitness/protocol/internal/aws/model';
import type { OptimizedService, SdkService } from './sdk-service.ts';
import { type Failed, failed } from './task.ts';

interface Refused {
  readonly model: ServiceModel;
  readonly error: ServiceError;
  readonly requestId: string;
}

/** Of an optimized integration: `(Service: AWSLambda; Status Code: 404; Error Code: …; Request ID: …; Proxy: null)`. */
export function optimizedRefusal(service: OptimizedService, { model, error, requestId }: Refused): Failed {
  const shape = errorShape(model, error.code);
  const name = shape ? exceptionName(shape[0]) : service.unknown;
  const status = errorStatus(model, error);
  const code = model.queryCompatible ? queryErrorCode(error) : (shape?.[1].error?.code ?? error.code);
  const about = [`Service: ${service.title}`, `Status Code: ${status}`, `Error Code: ${code}`];
  const sentence = `${error.message} (${[...about, `Request ID: ${requestId}`, 'Proxy: null'].join('; ')})`;
  return failed(`${service.prefix}.${name}`, sentence);
}

/** Of an SDK's operation: `… (Service: SecretsManager, Status Code: 400, Request ID: …)`. */
export function sdkRefusal({ prefix }: SdkService, { model, error, requestId }: Refused): Failed {
  const shape = errorShape(model, error.code);
  const name = shape ? exceptionName(shape[0]) : `${prefix}Exception`;
  const about = [`Service: ${prefix}`, `Status Code: ${errorStatus(model, error)}`, `Request ID: ${requestId}`];
  if (prefix === 'S3') about.push(`Extended Request ID: ${requestId}`);
  return failed(`${prefix}.${name}`, `${error.message} (${about.join(', ')}) (SDK Attempt Count: 1)`);
}

function exceptionName(shape: string): string {
  return shape.endsWith('Exception') ? shape : `${shape}Exception`;
}
