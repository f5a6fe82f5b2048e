// The functions that run: for each version that was made or invoked, its environments. A version whose settings or code
// changed, or whose source files changed on disk, gets new ones; the old ones finish what they have.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type IsolationSetting, isolationOf } from '@earwitness/protocol/internal/functions/isolation';
import { ZipError } from '../../functions/code/unpack.ts';
import { IdleEnvironments } from '../../functions/idle-environments.ts';
import { type ProgramPlatform, prepareProgram } from '../../functions/prepare-program.ts';
import { Processes } from '../../functions/process/processes.ts';
import { type Program, ProgramError } from '../../functions/program.ts';
import { type FunctionPlatform, RunningFunction } from '../../functions/running-function.ts';
import { createVariables } from '../../functions/variables.ts';
import { MemoryWatch } from '../../functions/worker/memory-watch.ts';
import type { Platform } from '../../platform.ts';
import { openRoleKey } from './execution-role.ts';
import { isSnapshot, type LambdaFunction, type Version } from './function.ts';
import { findStandIn, type StandIn } from './stand-in.ts';

interface Entry {
  readonly revisionId: string;
  /** What the program was made of. */
  readonly origin: string;
  readonly running: RunningFunction;
}

export interface FleetOptions {
  /** How many environments stay when nothing runs, over all functions. */
  readonly idleWorkers?: number | undefined;
  /** Which functions of Node are processes. */
  readonly isolation?: IsolationSetting | undefined;
}

export class Fleet {
  #platform: Platform;
  #isolation: IsolationSetting | undefined;
  #shared: FunctionPlatform & ProgramPlatform;
  #entries = new Map<string, Entry>();
  #starting = new Map<string, Promise<RunningFunction>>();

  constructor(platform: Platform, { idleWorkers, isolation }: FleetOptions) {
    const { clock, journal } = platform;
    this.#platform = platform;
    this.#isolation = isolation;
    this.#shared = {
      ...{ clock, journal },
      idle: new IdleEnvironments(idleWorkers),
      memory: new MemoryWatch(clock),
      processes: new Processes(clock),
    };
  }

  /**
   * Makes the version's code ready and opens an environment ahead of its first invocation; one that stands in gets
   * neither.
   * @throws ServiceError `InvalidParameterValueException` when the code cannot be unpacked or does not compile.
   */
  async deploy(fn: LambdaFunction, version: Version): Promise<void> {
    if (await findStandIn(version)) return this.remove(fn, version);
    try {
      const running = await this.#replace(fn, version);
      running.prepare();
    } catch (error) {
      if (error instanceof ZipError) {
        throw new ServiceError('InvalidParameterValueException', error.message, { cause: error });
      }
      if (!(error instanceof ProgramError)) throw error;
      const message = `The handler ${version.settings.handler} of function ${fn.name} cannot be run: ${error.message}`;
      throw new ServiceError('InvalidParameterValueException', message, { cause: error });
    }
  }

  /**
   * The version, ready to be invoked, or why it stands in: asked again until it runs, for a build may have made it
   * runnable.
   * @throws ProgramError when its files changed and no longer compile.
   */
  async get(fn: LambdaFunction, version: Version): Promise<RunningFunction | StandIn> {
    const entry = this.#entries.get(keyOf(fn, version));
    if (entry && entry.revisionId === version.revisionId && !entry.running.program.isStale()) return entry.running;
    return (await findStandIn(version)) ?? (await this.#replace(fn, version));
  }

  /** Ends the environments of one version, or of all versions of a function. */
  async remove(fn: LambdaFunction, version?: Version): Promise<void> {
    if (!version) return this.removeAll(functionKeyOf(fn));
    await this.#retire((key) => key === keyOf(fn, version));
  }

  /** The same, of a function that is gone: `account/region/name`. */
  async removeAll(functionKey: string): Promise<void> {
    await this.#retire((key) => key.startsWith(`${functionKey}:`));
  }

  async #retire(isMeant: (key: string) => boolean): Promise<void> {
    const ended = [...this.#entries].filter(([key]) => isMeant(key));
    for (const [key] of ended) this.#entries.delete(key);
    await Promise.all(ended.map(([, entry]) => entry.running.retire()));
  }

  /** Ends what runs. Idle environments stay, and so does what functions keep in memory. */
  async interrupt(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.running.interrupt()));
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map((entry) => entry.running.terminate()));
    this.#shared.processes.close();
  }

  // Invocations that come while a version starts wait for the same start.
  #replace(fn: LambdaFunction, version: Version): Promise<RunningFunction> {
    const key = keyOf(fn, version);
    const id = `${key}@${version.revisionId}`;
    const starting = this.#starting.get(id) ?? this.#start(fn, version, key);
    this.#starting.set(id, starting);
    const done = () => {
      if (this.#starting.get(id) === starting) this.#starting.delete(id);
    };
    starting.then(done, done);
    return starting;
  }

  async #start(fn: LambdaFunction, version: Version, key: string): Promise<RunningFunction> {
    const { settings, code, layers, revisionId } = version;
    if (code.kind === 'image' || code.kind === 'object') throw new Error(`${fn.name} stands in and cannot be started`);
    const { handler, runtime } = settings;
    const origin = JSON.stringify([code, handler, runtime, settings.layers]);
    const old = this.#entries.get(key);
    const known = old?.origin === origin && !old.running.program.isStale() ? old.running.program : undefined;
    const held = layers.flatMap((layer) => layer.code ?? []);
    const isolation = isolationOf(fn.name, this.#isolation);
    const program = known ?? (await prepareProgram(code, { handler, runtime, layers: held, isolation }, this.#shared));
    const running = this.#run(fn, version, { program, accessKeyId: await openRoleKey(this.#platform, fn, version) });
    this.#entries.set(key, { revisionId, origin, running });
    await old?.running.retire();
    return running;
  }

  #run(
    fn: LambdaFunction,
    version: Version,
    { program, accessKeyId }: { program: Program; accessKeyId: string },
  ): RunningFunction {
    const { clock, ids, address } = this.#platform;
    const { settings } = version;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStream = `${day}/[${version.version}]${ids.uuid().replaceAll('-', '')}`;
    const shared = {
      name: fn.name,
      version: version.version,
      memoryMb: settings.memorySize,
      runtime: settings.runtime,
      logGroup: settings.logGroup,
      logStream,
      logFormat: settings.logFormat,
      applicationLogLevel: settings.applicationLogLevel,
    };
    const variables = createVariables(
      {
        ...shared,
        handler: settings.handler,
        region: fn.region,
        initializationType: isSnapshot(version) ? 'snap-start' : 'on-demand',
        taskRoot: program.root,
        accessKeyId,
        variables: settings.variables,
      },
      address,
    );
    return new RunningFunction(
      {
        ...shared,
        variables,
        timeoutMs: settings.timeout * 1000,
      },
      program,
      this.#shared,
    );
  }
}

function functionKeyOf({ account, region, name }: LambdaFunction): string {
  return `${account}/${region}/${name}`;
}

function keyOf(fn: LambdaFunction, version: Version): string {
  return `${functionKeyOf(fn)}:${version.version}`;
}
