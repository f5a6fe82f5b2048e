// What a REST API says in place of its own refusals: gateway responses, each for one type of refusal, or for all that
// have none of their own (DEFAULT_4XX, DEFAULT_5XX). Templates replace variables and run no VTL. Sources: API Gateway
// developer guide, "Gateway responses for REST APIs", "Gateway response types" and
// "x-amazon-apigateway-gateway-responses object".
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { GatewayAnswer } from '../answer.ts';
import { headerOf } from '../request.ts';
import { type MatchedRequest, mappedValue } from '../services/parameter-value.ts';
import type { DeployedResponse, RefusedAs } from './deployed-response.ts';

/** The answer as the API's gateway responses have it; any but a refusal stays as it is. */
export function reword(answer: GatewayAnswer, matched: MatchedRequest): GatewayAnswer {
  const { refusal, status } = answer;
  const { responses = {} } = matched.stage;
  if (!refusal) return answer;
  const response = responses[refusal.type] ?? responses[status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
  if (!response) return answer;
  const value = (source: string) => errorValue(refusal, source) ?? mappedValue(source, matched);
  const body = bodyOf(response, headerOf(matched.request, 'accept'), value);
  const headers = new Map(answer.headers.map(([name, text]) => [name.toLowerCase(), text]));
  if (body) headers.set('content-type', body.type);
  for (const [name, text] of headersOf(response, value)) headers.set(name.toLowerCase(), text);
  return {
    status: response.status ?? status,
    headers: [...headers],
    body: body ? Buffer.from(body.text) : answer.body,
  };
}

type Value = (source: string) => string | undefined;

/** What is not there, or cannot be sent, is left out. */
function headersOf({ headers }: DeployedResponse, value: Value): [string, string][] {
  return Object.entries(headers).flatMap(([name, source]) => {
    const text = value(source);
    return text !== undefined && isSendable(name, text) ? [[name, text] satisfies [string, string]] : [];
  });
}

function isSendable(name: string, text: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return true;
  } catch {
    return false;
  }
}

/** By the template of a media type that the caller accepts, else by that for JSON, else by the first. */
function bodyOf({ templates }: DeployedResponse, accept: string | undefined, value: Value) {
  const accepted = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase() ?? '');
  const type = [...accepted, 'application/json', ...Object.keys(templates)].find((one) =>
    Object.hasOwn(templates, one),
  );
  const template = type === undefined ? undefined : templates[type];
  if (type === undefined || template === undefined) return undefined;
  const text = template.replace(
    /\$(?:\{([^{}]+)\}|((?:context|stageVariables|method\.request)(?:\.[\w-]+)+))/g,
    (_, braced: string | undefined, plain: string) => value(braced ?? plain) ?? '',
  );
  return { type, text };
}

/** Variables that only gateway responses have. Source: API Gateway developer guide, "`$context` Variables". */
function errorValue({ type, message, validation = '' }: RefusedAs, source: string): string | undefined {
  switch (source) {
    case 'context.error.message':
      return message ?? '';
    case 'context.error.messageString':
      return JSON.stringify(message);
    case 'context.error.responseType':
      return type;
    case 'context.error.validationErrorString':
      return validation;
    default:
      return undefined;
  }
}
