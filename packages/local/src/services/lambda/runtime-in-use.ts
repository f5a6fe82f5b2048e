// Runtimes that AWS has given up. Public templates are full of them, and their functions go on running in many
// accounts: where things may stand in, a stack's function gets the runtime that took their place.
import type { Properties, ResourcePlace } from '../../resources/resource.ts';

/**
 * Lambda creates no function of these.
 * Recorded on AWS: LocalStack lambda_api TestRuntimeValidation; its list of runtimes in test_create_lambda_exceptions.
 */
const GIVEN_UP: readonly (readonly [runtime: RegExp, successor: string])[] = [
  [/^nodejs(|4\.3|4\.3-edge|6\.10|8\.10|10\.x|12\.x|14\.x)$/, 'nodejs20.x'],
  [/^python(2\.7|3\.6|3\.7)$/, 'python3.13'],
  [/^java8$/, 'java8.al2'],
  [/^(go1\.x|provided)$/, 'provided.al2023'],
  [/^ruby2\.[57]$/, 'ruby3.3'],
  [/^dotnet(core.*|5\.0)$/, 'dotnet8'],
];

/** The runtime that took the place of one that was given up; `undefined` of one that is in use. */
export function successorOf(runtime: string): string | undefined {
  return GIVEN_UP.find(([pattern]) => pattern.test(runtime))?.[1];
}

/** A stack's function with a runtime that AWS still makes; as it is where nothing may stand in. */
export function withRuntimeInUse(properties: Properties, { standIns }: Pick<ResourcePlace, 'standIns'>): Properties {
  const successor = successorOf(String(properties['Runtime'] ?? 'nodejs20.x'));
  if (successor === undefined || !standIns.allows('AWS::Lambda::Function')) return properties;
  return { ...properties, Runtime: successor };
}
