// What is known of a function before it is made: settings that are refused, code that is not there or does not compile,
// packages that it imports and that are not installed.
import { archiveFileOf } from '../../../functions/code/archive-file.ts';
import { type Code, parseCode } from '../../../functions/code/code.ts';
import { fetchCode } from '../../../functions/code/fetch-code.ts';
import { type CodeReport, reportCode, reportInlineCode } from '../../../functions/node/missing-packages.ts';
import {
  type Finding,
  type PropertyPath,
  type Refused,
  refusalsOf,
  type StandingIn,
} from '../../../resources/finding.ts';
import { isRecord } from '../../../resources/properties.ts';
import type { Beside, Properties } from '../../../resources/resource.ts';
import type { ResourceContext } from '../../../resources/service-resource.ts';
import type { Settings } from '../function.ts';
import type { UsedLayer } from '../layers/content.ts';
import { withRuntimeInUse } from '../runtime-in-use.ts';
import { createSettings, refuseSettings } from '../settings.ts';
import { checkServed, findStandIn } from '../stand-in.ts';
import { locationOf } from './code-location.ts';
import { describeLayers, type ExaminedLayers, examineLayers } from './layer-examination.ts';

type Context = ResourceContext<'lambda'> & Beside;

export async function examineFunction({ Code: code, ...given }: Properties, context: Context): Promise<Finding[]> {
  const properties = withRuntimeInUse(given, context);
  const refused = await examineSettings(properties, context);
  let parsed: Code | undefined;
  const inline = isRecord(code) && code['ZipFile'] !== undefined ? String(code['ZipFile']) : undefined;
  const located = await refusalsOf(['Code'], async () => {
    parsed =
      inline === undefined
        ? await fetchCode(parseCode(locationOf(code, properties), 'CreateFunction'), context)
        : { kind: 'zip', base64: '' };
  });
  const settings = refused.length === 0 ? await settingsOf(properties, context) : undefined;
  if (!settings || !parsed) return [...refused, ...located];
  const examined = await examineLayers(settings.layers, context);
  const version = { settings, code: parsed, layers: examined.layers };
  const standIn = await findStandIn(version);
  const path = standIn ? [standIn.property] : settings.unserved.length > 0 ? settings.unserved.slice(0, 1) : ['Layers'];
  const strict = await refusalsOf(path, () => checkServed(context.standIns, context.logicalId, version));
  if (strict.length > 0) return strict;
  const standIns = [...successionOf(given, properties), ...standInsOf(version, standIn)];
  if (standIn) return standIns;
  standIns.push(...(await versionOf(settings)));
  const report = await reportOf(version, inline);
  return [...standIns, ...describeLayers(settings.layers, examined), ...findingsOf(report, examined)];
}

/** Each setting by itself, so that no one hides the others. */
async function examineSettings(properties: Properties, { logicalId, parse }: Context): Promise<Refused[]> {
  const each = Object.entries(properties).map(([name, value]) =>
    refusalsOf([name], async () => refuseSettings(await parse('UpdateFunctionConfiguration', { [name]: value }))),
  );
  const found = (await Promise.all(each)).flat();
  if (properties['PackageType'] === 'Image') return found;
  const missing = ['Runtime', 'Handler'].filter((name) => properties[name] === undefined);
  return [
    ...found,
    ...missing.map(
      (name): Refused => ({
        kind: 'refused',
        path: [],
        message: `${name} is mandatory for functions that are no container images`,
        mend: `give ${logicalId} a ${name}`,
      }),
    ),
  ];
}

async function settingsOf(properties: Properties, { logicalId, parse }: Context): Promise<Settings> {
  const { Role = '', ...input } = await parse('CreateFunction', properties);
  return createSettings(logicalId, { ...input, Role });
}

interface Version {
  readonly settings: Settings;
  readonly code: Code;
  readonly layers: readonly UsedLayer[];
}

/** A runtime that AWS has given up, and the one that the function gets here in its place. */
function successionOf({ Runtime: given }: Properties, { Runtime: used }: Properties): StandingIn[] {
  if (given === used) return [];
  const why = `AWS makes no functions of runtime ${String(given)} any more`;
  return [{ kind: 'stands in', path: ['Runtime'], why, means: `the function is made as one of ${String(used)}` }];
}

/** Python of another version than the runtime's. */
async function versionOf({ runtime }: Settings): Promise<StandingIn[]> {
  if (!runtime.startsWith('python')) return [];
  const { findInterpreter, isOfRuntime } = await import('../../../functions/python/interpreter.ts');
  const interpreter = await findInterpreter(runtime);
  if (!interpreter || isOfRuntime(interpreter, runtime)) return [];
  const { version } = interpreter;
  const why = `the template says ${runtime}, and of that version there is no Python on the PATH`;
  return [{ kind: 'stands in', path: ['Runtime'], why, means: `the function runs on Python ${version}` }];
}

function standInsOf({ settings }: Version, standIn: Awaited<ReturnType<typeof findStandIn>>): StandingIn[] {
  const { unserved, deadLetterQueue } = settings;
  const found: StandingIn[] = [];
  const add = (path: PropertyPath, why: string, means: string) => found.push({ kind: 'stands in', path, why, means });
  if (standIn) {
    const means = 'invocations are recorded, and fail by name';
    found.push({ kind: 'stands in', path: [standIn.property], why: standIn.reason, means, isWhole: true });
  }
  if (unserved.includes('FileSystemConfigs')) {
    add(['FileSystemConfigs'], 'file systems are not served', 'the function finds nothing there');
  }
  if (deadLetterQueue !== undefined && !deadLetterQueue.includes(':sqs:')) {
    add(['DeadLetterConfig'], 'dead letters of functions go to queues only', 'they are recorded');
  }
  return found;
}

async function reportOf({ code, settings, layers }: Version, inline: string | undefined): Promise<CodeReport> {
  const nothing = { errors: [], missing: [] };
  // What an archive holds shows when it is unpacked.
  if (archiveFileOf(code) !== undefined) return nothing;
  const folders = layers.flatMap((layer) => (layer.code?.kind === 'directory' ? [layer.code.path] : []));
  if (settings.runtime.startsWith('python')) {
    const { reportInlinePython, reportPythonCode } = await import('../../../functions/python/requirements.ts');
    if (inline !== undefined) return await reportInlinePython(inline, settings);
    return code.kind === 'directory' ? await reportPythonCode(code, { ...settings, layers: folders }) : nothing;
  }
  if (!settings.runtime.startsWith('nodejs')) return nothing;
  if (inline !== undefined) return await reportInlineCode(inline, settings.handler);
  if (code.kind !== 'directory') return nothing;
  return await reportCode(code, settings.handler, { layers: folders, runtime: settings.runtime });
}

function findingsOf({ errors, missing, doubt }: CodeReport, { mayHoldMore }: ExaminedLayers): Finding[] {
  return [
    ...errors.map((message): Finding => ({ kind: 'refused', path: ['Code'], message })),
    ...(doubt ? [{ kind: 'doubtful', path: ['Handler'], ...doubt } as const] : []),
    ...(mayHoldMore ? [] : missing.map(({ name, command }): Finding => ({ kind: 'package', name, command }))),
  ];
}
