// A template that changed under `earwitness dev`: its stack is updated at once, then those after it, which may use its
// outputs, and what changed is printed. So it is when a file changes that the template takes in: a nested template, a
// snippet. A template that does not deploy leaves its stack as it was.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../../hearing/clock.ts';
import { indent, type Line, line, linesOf } from '../../printing/line.ts';
import type { Paint } from '../../printing/paint.ts';
import type { PlannedStack } from '../project/planned-stack.ts';
import type { StartedCloud } from '../start-cloud.ts';
import { type StackChange, StackChanges } from './stack-changes.ts';
import { createTurns } from './turns.ts';
import { watchFiles } from './watch-files.ts';

export interface RedeployOptions {
  readonly cloud: StartedCloud;
  readonly stacks: readonly PlannedStack[];
  readonly clock: Clock;
  readonly paint: Paint;
  readonly print: (...lines: readonly Line[]) => void;
}

/** @returns what ends it; what is being deployed is no longer told then */
export function redeployOnChange(options: RedeployOptions): () => void {
  const { clock } = options;
  let ended = false;
  const print = (...lines: readonly Line[]) => {
    if (!ended) options.print(...lines);
  };
  let stacks = options.stacks;
  const takenIn = new Map(options.cloud.assessed.map(({ name, assessment }) => [name, assessment.files]));
  const filesOf = ({ name, file }: PlannedStack) => [
    ...(file === undefined ? [] : [file]),
    ...(takenIn.get(name) ?? []),
  ];
  const watchAll = () => ended || watch.at(stacks.filter(({ file }) => file !== undefined).flatMap(filesOf));
  let isStart = true;
  const turns = createTurns<string>(async (files) => {
    const tellsNothing = !isStart;
    isStart = false;
    const read = stacks.map((stack) => (stack.file !== undefined && files.has(stack.file) ? readAgain(stack) : stack));
    const inside = (stack: PlannedStack) => (takenIn.get(stack.name) ?? []).find((file) => files.has(file));
    const first = read.findIndex((stack, index) => stack.template !== stacks[index]?.template || inside(stack));
    stacks = read;
    if (first < 0) return;
    for (const stack of read.slice(first)) {
      const edited = stack.file !== undefined && files.has(stack.file) ? stack.file : inside(stack);
      const told = { ...options, print, tellsNothing, ...(edited !== undefined && { edited }) };
      const deployed = await redeploy(stack, told);
      // What a broken template takes in is not known.
      if (deployed && edited !== undefined) takenIn.set(stack.name, await options.cloud.filesOf(stack));
      if (!deployed || ended) break;
    }
    watchAll();
  });
  const watch = watchFiles(clock, (file) => turns.add(file));
  watchAll();
  // They may have changed while the cloud started: what did not is not told.
  turns.add(...stacks.flatMap((stack) => (stack.file === undefined ? [] : filesOf(stack))));
  return () => {
    ended = true;
    watch.stop();
  };
}

/** While a file is away (a tool is about to write it anew), its stack stays. */
function readAgain(stack: PlannedStack & { readonly file?: string }): PlannedStack {
  try {
    return stack.file === undefined ? stack : { ...stack, template: readFileSync(stack.file, 'utf8') };
  } catch {
    return stack;
  }
}

interface Redeployment extends RedeployOptions {
  /** The file that changed; none where a stack before it did. */
  readonly edited?: string;
  /** Whether it is said, too, that an edit changes nothing. */
  readonly tellsNothing: boolean;
}

/** @returns whether it was deployed */
async function redeploy(
  stack: PlannedStack,
  { cloud, clock, edited, paint, print, tellsNothing }: Redeployment,
): Promise<boolean> {
  const { name } = stack;
  const changes = new StackChanges(name);
  const before = cloud.stacks.get(name) ?? {};
  const stop = cloud.local.journal.listen((fact) => changes.take(fact));
  const began = clock.now();
  try {
    await cloud.deploy(stack);
  } catch (error) {
    const [first = '', ...more] = linesOf(error instanceof Error ? error.message : String(error));
    const mark = paint.red('✗');
    const what = edited === undefined ? name : `${basename(edited)} changed`;
    print(line`${mark} ${what}: ${first}`, ...indent(more), line`  Stack ${name} goes on as it was.`);
    return false;
  } finally {
    stop();
  }
  const tookMs = Math.round(clock.now() - began);
  const outputs = changedOutputs(before, cloud.stacks.get(name) ?? {});
  const shown = [...changes.list().map((one) => changeLine(one, paint)), ...outputs];
  if (shown.length > 0) print(line`${paint.green('✓')} stack ${name} deployed again in ${tookMs} ms`, ...indent(shown));
  else if (edited !== undefined && tellsNothing)
    print(line`${paint.green('✓')} ${basename(edited)} changed: nothing in stack ${name} does`);
  return true;
}

const MARKS = { added: '+', changed: '~', replaced: '!', removed: '-' } as const;

function changeLine({ change, logicalId, type }: StackChange, paint: Paint): Line {
  const colour = { added: paint.green, changed: paint.yellow, replaced: paint.yellow, removed: paint.red }[change];
  return line`${colour(MARKS[change])} ${change.padEnd(8)} ${logicalId}  ${paint.dim(type)}`;
}

function changedOutputs(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Line[] {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const fresh = Object.entries(after).filter(([name, value]) => before[name] !== value);
  return [
    ...fresh.map(([name, value]) => line`output ${name}: ${value}`),
    ...gone.map((name) => line`output ${name} is gone`),
  ];
}
