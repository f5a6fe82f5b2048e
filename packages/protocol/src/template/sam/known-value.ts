// What SAM knows before anything runs: values of parameters, in `Ref` and inside `Fn::Sub`, and of mappings. Source:
// aws-sam-translator 1.110, `IntrinsicsResolver.resolve_parameter_refs`.
import { asIntrinsic, isList, isMap, type Value } from '../value.ts';
import { type Assembly, reportTemplate } from './assembly.ts';
import { pythonText } from './python-text.ts';

/** A value with each parameter that it refers to replaced by the parameter's text. */
export function resolveParameters(value: Value, assembly: Assembly): Value {
  return resolve(value, assembly, (intrinsic) => {
    if (intrinsic.name === 'Ref') return parameterOf(intrinsic.argument, assembly);
    return intrinsic.name === 'Fn::Sub' ? { 'Fn::Sub': substituted(intrinsic.argument, assembly) } : undefined;
  });
}

/** The same, and what a mapping holds in place of `Fn::FindInMap`. */
export function resolveMappings(value: Value, assembly: Assembly): Value {
  return resolve(resolveParameters(value, assembly), assembly, ({ name, argument, whole }) =>
    name === 'Fn::FindInMap' ? found(argument, whole, assembly) : undefined,
  );
}

interface Call {
  readonly name: string;
  readonly argument: Value;
  readonly whole: Value;
}

/** A value in which `known` gives what stands in place of a function; where it gives nothing, the function stays. */
function resolve(value: Value, assembly: Assembly, known: (call: Call) => Value | undefined): Value {
  const { source } = assembly;
  const intrinsic = asIntrinsic(value);
  const instead = intrinsic && known({ ...intrinsic, whole: value });
  if (instead !== undefined) return isMap(instead) ? source.derive(instead, value) : instead;
  if (isList(value)) {
    return source.derive(
      value.map((item) => resolve(item, assembly, known)),
      value,
    );
  }
  if (!isMap(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, resolve(member, assembly, known)] as const);
  return source.derive(Object.fromEntries(members), value);
}

function substituted(argument: Value, assembly: Assembly): Value {
  const [text, ...variables] = isList(argument) ? argument : [argument];
  if (typeof text !== 'string') return argument;
  const shown = text.replace(/\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}/g, (whole, name: string) => {
    const known = parameterOf(name, assembly);
    if (known === undefined || typeof known === 'string') return known ?? whole;
    const message = `Invalid Fn::Sub variable value ${pythonText(known)}. Fn::Sub expects all variables to be strings.`;
    reportTemplate(assembly, { message, at: argument });
    return whole;
  });
  return isList(argument) ? [shown, ...variables] : shown;
}

function parameterOf(name: Value, { parameters }: Assembly): Value | undefined {
  return typeof name === 'string' && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

function found(argument: Value, at: Value, assembly: Assembly): Value | undefined {
  const refuse = (message: string) => {
    reportTemplate(assembly, { message, at });
    return undefined;
  };
  if (!isList(argument) || argument.length !== 3) {
    return refuse(`Invalid FindInMap value ${pythonText(argument)}. FindInMap expects an array with 3 values.`);
  }
  let place: Value = assembly.mappings;
  for (const name of argument) {
    if (typeof name !== 'string') return undefined;
    if (!isMap(place)) {
      return refuse(`Cannot use Fn::FindInMap on Mapping '${pythonText(argument[0])}' which is not a a two-level map.`);
    }
    const next: Value | undefined = Object.hasOwn(place, name) ? place[name] : undefined;
    if (next === undefined) return undefined;
    place = next;
  }
  return place;
}
