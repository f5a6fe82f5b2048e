// Which runtime makes a function's code ready to run.
import { join } from 'node:path';
import type { Isolation } from '@earwitness/protocol/internal/functions/isolation';
import type { Journal } from '../journal/journal.ts';
import { archiveFileOf, readArchiveFile, readTime } from './code/archive-file.ts';
import type { RunnableCode } from './code/code.ts';
import { placeCode } from './code/placed-code.ts';
import { type LayerFolder, placeLayers } from './layers/layer-folder.ts';
import { bundleCode } from './node/bundle.ts';
import { NodeProgram } from './node/node-program.ts';
import type { Processes } from './process/processes.ts';
import type { Program } from './program.ts';
import type { MemoryWatch } from './worker/memory-watch.ts';

/** What the programs of one cloud share. */
export interface ProgramPlatform {
  readonly memory: MemoryWatch;
  readonly processes: Processes;
  readonly journal: Journal;
}

interface ProgramSettings {
  readonly handler: string;
  /** `nodejs22.x` */
  readonly runtime: string;
  /** What the function's layers hold, the one that wins last. */
  readonly layers?: readonly RunnableCode[];
  /** What an environment of Node is. */
  readonly isolation: Isolation;
}

/** @throws ProgramError, ZipError */
export async function prepareProgram(
  code: RunnableCode,
  { layers = [], ...settings }: ProgramSettings,
  platform: ProgramPlatform,
): Promise<Program> {
  if (layers.length === 0) return await makeProgram(code, settings, platform);
  const folder = await placeLayers(layers);
  try {
    return withLayers(await makeProgram(code, { ...settings, optRoot: folder.root }, platform), folder);
  } catch (error) {
    await folder.release();
    throw error;
  }
}

async function makeProgram(
  code: RunnableCode,
  { handler, runtime, isolation, optRoot }: Omit<ProgramSettings, 'layers'> & { readonly optRoot?: string | undefined },
  platform: ProgramPlatform,
): Promise<Program> {
  const path = archiveFileOf(code);
  if (path !== undefined) {
    const modifiedAt = readTime(path);
    const program = await makeProgram(await readArchiveFile(path), { handler, runtime, isolation, optRoot }, platform);
    return ofArchive(program, { path, modifiedAt });
  }
  const { memory, processes, journal } = platform;
  if (runtime.startsWith('provided')) {
    const { ProvidedProgram } = await import('./provided/provided-program.ts');
    return new ProvidedProgram(await placeCode(code), processes, optRoot);
  }
  if (runtime.startsWith('python')) {
    const { preparePython } = await import('./python/prepare-python.ts');
    return await preparePython(code, { handler, runtime, optRoot }, { processes, journal });
  }
  if (runtime.startsWith('java')) {
    const { prepareJava } = await import('./java/prepare-java.ts');
    return await prepareJava(code, { handler, runtime, optRoot }, { processes, journal });
  }
  const bundle = await bundleCode(code, handler, { runtime, optRoot, isolation });
  if (isolation === 'worker') return new NodeProgram(bundle, memory);
  const { NodeProcessProgram } = await import('./node/node-process-program.ts');
  return new NodeProcessProgram(bundle, processes);
}

/** The program that was made of an archive, which was written then. */
function ofArchive(
  program: Program,
  { path, modifiedAt }: { readonly path: string; readonly modifiedAt: number | undefined },
): Program {
  return {
    root: program.root,
    folders: program.folders,
    open: (options) => program.open(options),
    // While a build replaces the file there is none for a moment: the program that is there does until then.
    isStale() {
      const time = readTime(path);
      return time !== undefined && time !== modifiedAt;
    },
  };
}

/** The program, and its layers as long as it lives. */
function withLayers(program: Program, layers: LayerFolder): Program {
  return {
    root: program.root,
    folders: [...program.folders, layers],
    open({ settings, ...options }) {
      const { PATH, ...variables } = settings.variables;
      // Lambda's have the folders of its machine, too. Recorded on AWS: LocalStack lambda_common.
      const folders = {
        LD_LIBRARY_PATH: [program.root, join(program.root, 'lib'), join(layers.root, 'lib')].join(':'),
        PATH: `${PATH}:${join(layers.root, 'bin')}`,
      };
      return program.open({ ...options, settings: { ...settings, variables: { ...folders, ...variables } } });
    },
    isStale: () => program.isStale() || layers.isStale(),
  };
}
