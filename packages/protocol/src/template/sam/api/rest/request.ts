// `RequestModel` and `RequestParameters` of an `Api` event: what API Gateway checks before it calls.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import type { Assembly } from '../../assembly.ts';
import { reportEvent } from '../../events/function-event.ts';
import { pythonText } from '../../python-text.ts';
import type { Apis, Route } from '../api-draft.ts';
import { INTEGRATION } from '../operation.ts';

interface Place {
  readonly assembly: Assembly;
  readonly apis: Apis;
  /** `Models` of the API. */
  readonly models: Value | undefined;
  /** Whether the definition is OpenAPI 3, not Swagger 2. */
  readonly isOpenApi: boolean;
  /** Request validators of the definition, by name; gets those that are needed. */
  readonly validators: Record<string, Value>;
}

/** An operation with what its event asks of requests. */
export function withRequest(operation: ValueMap, route: Route, place: Place): ValueMap {
  return withParameters(withModel(operation, route, place), route, place);
}

function withModel(operation: ValueMap, { event, owner, path, method }: Route, place: Place): ValueMap {
  const asked = event.properties['RequestModel'];
  const model = isMap(asked) ? asked['Model'] : undefined;
  if (!isMap(asked) || model === undefined) return operation;
  const { models, validators } = place;
  const refuse = (why: string) => {
    const text = `Unable to set RequestModel [${pythonText(model)}] on API method [${method}] for path [${path}] because ${why}`;
    reportEvent({ ...place, serverless: owner }, event, { message: text, at: asked });
    return operation;
  };
  if (models === undefined) return refuse('the related API does not define any Models.');
  if (!isMap(models)) return refuse('the related API Models defined is of invalid type.');
  if (typeof model !== 'string') return refuse('the related API does not contain valid Models.');
  if (models[model] === undefined) return refuse("it wasn't defined in the API's Models.");
  const name = model.toLowerCase();
  const required = asked['Required'];
  const needed = required === undefined ? {} : { required };
  const body = place.isOpenApi
    ? {
        requestBody: {
          content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
          ...needed,
        },
      }
    : {
        parameters: [
          ...parametersOf(operation),
          { in: 'body', name, schema: { $ref: `#/definitions/${name}` }, ...needed },
        ],
      };
  const { ValidateBody: ofBody, ValidateParameters: ofParameters } = asked;
  if (ofBody === undefined && ofParameters === undefined) return { ...operation, ...body };
  if ([ofBody, ofParameters].some((value) => value !== undefined && typeof value !== 'boolean')) {
    const what = `Unable to set Validator to RequestModel [${model}] on API method [${method}] for path [${path}]`;
    const message = `${what} ValidateBody and ValidateParameters must be a boolean type, strings or intrinsics are not supported.`;
    reportEvent({ ...place, serverless: owner }, event, { message, at: asked });
    return operation;
  }
  const [validatesBody, validatesParameters] = [ofBody, ofParameters].map((value) => scalarText(value) === 'true');
  const validator = validatesBody
    ? validatesParameters
      ? 'body-and-params'
      : 'body-only'
    : validatesParameters
      ? 'params-only'
      : 'no-validation';
  validators[validator] ??= {
    validateRequestBody: validatesBody ?? false,
    validateRequestParameters: validatesParameters ?? false,
  };
  return { ...operation, ...body, 'x-amazon-apigateway-request-validator': validator };
}

function parametersOf({ parameters }: ValueMap): readonly Value[] {
  return isList(parameters) ? parameters : [];
}

function withParameters(operation: ValueMap, { event, owner }: Route, place: Place): ValueMap {
  const asked = event.properties['RequestParameters'];
  if (!isList(asked)) return operation;
  const refuse = (message: string) => {
    const whole = `Invalid value for 'RequestParameters' property. ${message}`;
    reportEvent({ ...place, serverless: owner }, event, { message: whole, at: asked });
  };
  const parameters: Value[] = [...parametersOf(operation)];
  const cached: Value[] = [];
  for (const one of asked) {
    if (!isMap(one) && typeof one !== 'string') {
      refuse('Property must be either a string or an object');
      continue;
    }
    const [name = '', settings = {}] = isMap(one) ? (Object.entries(one)[0] ?? []) : [scalarText(one) ?? ''];
    const [, where = '', bare = ''] = /^method\.request\.(querystring|path|header)\.(.*)$/.exec(name) ?? [];
    if (where === '') {
      refuse(
        "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g 'method.request.header.Authorization'.",
      );
      continue;
    }
    if (!isMap(settings) || Object.keys(settings).some((key) => key !== 'Required' && key !== 'Caching')) {
      refuse('Values must be an object, e.g { Required: true, Caching: false }');
      continue;
    }
    const required = settings['Required'] ?? false;
    parameters.push({ in: where === 'querystring' ? 'query' : where, name: bare, required, type: 'string' });
    if (scalarText(settings['Caching']) === 'true') cached.push(name);
  }
  const integration = operation[INTEGRATION];
  return {
    ...operation,
    parameters,
    ...(cached.length > 0 && isMap(integration) && { [INTEGRATION]: { ...integration, cacheKeyParameters: cached } }),
  };
}
