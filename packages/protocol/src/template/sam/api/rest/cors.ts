// `Cors` of AWS::Serverless::Api: OPTIONS on every path, answered by API Gateway itself.
import { asIntrinsic, isMap, scalarText, type Value, type ValueMap } from '../../../value.ts';
import { type Assembly, report, type Serverless } from '../../assembly.ts';
import { ANY_METHOD, INTEGRATION, mapChoices } from '../operation.ts';

const MEMBERS = ['AllowMethods', 'AllowHeaders', 'AllowOrigin', 'MaxAge', 'AllowCredentials'];

/** Paths with an operation OPTIONS where they have none. */
export function withPreflights(paths: ValueMap, cors: Value | undefined): ValueMap {
  if (cors === undefined || cors === '') return paths;
  const settings: ValueMap = isMap(cors) && !asIntrinsic(cors) ? cors : { AllowOrigin: cors };
  const done = new Set<string>();
  const items = Object.entries(paths).map(([path, item]) => {
    const same = path === '/' ? path : path.replace(/\/+$/, '');
    if (done.has(same)) return [path, item] as const;
    done.add(same);
    const changed = mapChoices(item, (methods) =>
      methods['options'] === undefined ? { ...methods, options: preflight(methods, settings) } : methods,
    );
    return [path, changed] as const;
  });
  return Object.fromEntries(items);
}

/** Credentials may not go to everybody. */
export function refuseCors(assembly: Assembly, serverless: Serverless): void {
  const cors = serverless.properties['Cors'];
  if (!isMap(cors) || asIntrinsic(cors)) return;
  for (const name of Object.keys(cors)) {
    if (MEMBERS.includes(name)) continue;
    report(assembly, serverless, { message: `Invalid key '${name}' for 'Cors' property.`, at: cors, member: name });
  }
  const origin = cors['AllowOrigin'];
  if (origin === '') {
    const message = 'Structure of the SAM template is invalid. Invalid input. Value for AllowedOrigins is required';
    report(assembly, serverless, { message, at: cors, member: 'AllowOrigin' });
  }
  if (scalarText(cors['AllowCredentials']) !== 'true' || (origin !== undefined && origin !== "'*'")) return;
  const message = `Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is "'*'" or not set`;
  report(assembly, serverless, { message, at: cors, member: 'AllowCredentials' });
}

function preflight(item: ValueMap, settings: ValueMap): ValueMap {
  const headers: [string, Value, string][] = [];
  const header = (name: string, value: Value | undefined, type = 'string') => {
    if (value !== undefined) headers.push([`Access-Control-${name}`, value, type]);
  };
  header('Allow-Headers', settings['AllowHeaders']);
  header('Allow-Origin', settings['AllowOrigin'] ?? "'*'");
  header('Max-Age', settings['MaxAge'], 'integer');
  header('Allow-Methods', settings['AllowMethods'] ?? `'${methodsOf(item).join(',')}'`);
  header('Allow-Credentials', scalarText(settings['AllowCredentials']) === 'true' ? "'true'" : undefined);
  return {
    summary: 'CORS support',
    consumes: ['application/json'],
    produces: ['application/json'],
    [INTEGRATION]: {
      type: 'mock',
      requestTemplates: { 'application/json': '{\n  "statusCode" : 200\n}\n' },
      responses: {
        default: {
          statusCode: '200',
          responseParameters: Object.fromEntries(
            headers.map(([name, value]) => [`method.response.header.${name}`, value]),
          ),
          responseTemplates: { 'application/json': '{}\n' },
        },
      },
    },
    responses: {
      '200': {
        description: 'Default response for CORS method',
        headers: Object.fromEntries(headers.map(([name, , type]) => [name, { type }])),
      },
    },
  };
}

function methodsOf(item: ValueMap): string[] {
  const methods = Object.keys(item);
  if (methods.includes(ANY_METHOD)) return ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
  return [...new Set([...methods.map((method) => method.toUpperCase()), 'OPTIONS'])].sort();
}
