// `GatewayResponses` of AWS::Serverless::Api: what API Gateway itself answers when it refuses a request.
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, report, type Serverless } from '../../assembly.ts';
import { pythonType } from '../../python-text.ts';

const MEMBERS = ['ResponseParameters', 'ResponseTemplates', 'StatusCode'];
const PREFIXES: Readonly<Record<string, string>> = { Headers: 'header', Paths: 'path', QueryStrings: 'querystring' };

/** The responses by their type, as the API's definition has them. */
export function gatewayResponses(assembly: Assembly, serverless: Serverless): ValueMap {
  const declared = serverless.properties['GatewayResponses'];
  if (!isMap(declared)) return {};
  const refuse = (message: string, at: Value) => report(assembly, serverless, { message, at });
  const made = Object.entries(declared).flatMap(([type, response]) => {
    if (asIntrinsic(response)) {
      refuse(
        'Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.',
        declared,
      );
      return [];
    }
    if (!isMap(response)) {
      const kind = `Invalid property type '${pythonType(response)}' for GatewayResponses.`;
      refuse(`${kind} Expected an object of type 'GatewayResponse'.`, declared);
      return [];
    }
    for (const member of Object.keys(response)) {
      if (MEMBERS.includes(member)) continue;
      refuse(`Invalid property '${member}' in 'GatewayResponses' property '${type}'.`, response);
    }
    const { ResponseParameters: parameters, ResponseTemplates: templates = {}, StatusCode: status } = response;
    if (parameters !== undefined && !isMap(parameters)) {
      refuse(`Property 'GatewayResponses.${type}.ResponseParameters' should be a map.`, response);
    }
    for (const kind of Object.keys(isMap(parameters) ? parameters : {})) {
      if (!Object.hasOwn(PREFIXES, kind)) refuse(`Invalid gateway response parameter '${kind}'`, response);
    }
    const code = scalarText(status);
    if (code !== undefined && !/^[0-9]{1,3}$/.test(code)) refuse("Property 'StatusCode' must be numeric", response);
    const whole = {
      responseParameters: prefixed(isMap(parameters) ? parameters : {}),
      responseTemplates: templates,
      ...(code !== undefined && { statusCode: code }),
    };
    return [[type, whole] as const];
  });
  return Object.fromEntries(made);
}

function prefixed(parameters: ValueMap): ValueMap {
  const made = Object.entries(parameters).flatMap(([kind, values]) =>
    Object.entries(isMap(values) ? values : {}).map(
      ([name, value]) => [`gatewayresponse.${PREFIXES[kind] ?? kind}.${name}`, value] as const,
    ),
  );
  return Object.fromEntries(made);
}
