// Pipes: made, changed, started, stopped, read, listed and deleted. An answer tells the state that AWS would be in for
// a minute or two; here the pipe has come to rest by then.
import type { UpdatePipeRequest } from '@earwitness/protocol/internal/aws/models/pipes.types';
import type { Call, OperationsOf } from '../../../call.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { answerFor, describePipe, type Pipe, type PipePlace, pipeArn, pipeKey, summarizePipe } from '../pipe.ts';
import { findSourceFault } from '../role.ts';
import { checkSettings, standsInFor } from '../settings.ts';

type Failed = 'CREATE_FAILED' | 'UPDATE_FAILED' | 'START_FAILED';

export function pipeOperations({ platform, pipes, running }: Parts) {
  const { clock, journal } = platform;

  async function open(name: string, call: Call, action: string): Promise<PipePlace> {
    const place = { account: call.account, region: call.region, name };
    await pipes.authorize(call, action, pipeArn(place));
    return place;
  }

  /** The pipe as it comes to rest: running, stopped, or failed because it cannot read its source. */
  async function settle({ reason: _, ...pipe }: Pipe, failed: Failed): Promise<Pipe> {
    if (pipe.desired === 'STOPPED') return { ...pipe, state: 'STOPPED' };
    const reason = await findSourceFault(platform, pipe);
    if (reason !== undefined) {
      journal.record({ kind: 'warning', about: `pipe ${pipe.name}`, message: `${failed}: ${reason}` });
      return { ...pipe, state: failed, reason };
    }
    await running.begin(pipe);
    return { ...pipe, state: 'RUNNING' };
  }

  /** What is kept and has no effect says so. */
  function warn({ name, settings }: Pipe): void {
    const about = `pipe ${name}`;
    const foreign = standsInFor(settings);
    if (foreign !== undefined) {
      journal.record({
        kind: 'warning',
        about,
        message: `${foreign} is not served: the pipe stands in, and moves nothing.`,
      });
    }
    if (settings.LogConfiguration && settings.LogConfiguration.Level !== 'OFF') {
      journal.record({ kind: 'warning', about, message: 'LogConfiguration is kept, and no log is written.' });
    }
  }

  return {
    async CreatePipe({ Name: name, DesiredState: desired = 'RUNNING', Tags: tags = {}, ...settings }, call) {
      const place = await open(name, call, 'CreatePipe');
      await pipes.authorizePassing(call, settings.RoleArn);
      checkSettings(settings, call, platform);
      const now = clock.now();
      const pipe: Pipe = { ...place, settings, desired, state: 'STOPPED', tags, createdAt: now, modifiedAt: now };
      await pipes.add(pipe);
      const settled = await settle(pipe, 'CREATE_FAILED');
      await pipes.change(place, () => settled);
      warn(pipe);
      return answerFor(pipe, 'CREATING');
    },

    /** Sets what is given; an empty Enrichment takes it away. */
    async UpdatePipe({ Name: name, DesiredState: desired, ...changes }, call) {
      const place = await open(name, call, 'UpdatePipe');
      await pipes.authorizePassing(call, changes.RoleArn);
      const known = pipes.get(place);
      const settings = applyChanges(known.settings, changes);
      checkSettings(settings, call, platform);
      const changed = { ...known, settings, desired: desired ?? known.desired, modifiedAt: clock.now() };
      const settled = await settle(changed, 'UPDATE_FAILED');
      const pipe = await pipes.change(place, ({ tags }) => ({ ...settled, tags }));
      warn(pipe);
      return answerFor(pipe, 'UPDATING');
    },

    async StartPipe({ Name: name }, call) {
      const place = await open(name, call, 'StartPipe');
      const changed = { ...pipes.get(place), desired: 'RUNNING', modifiedAt: clock.now() } as const;
      const settled = await settle(changed, 'START_FAILED');
      return answerFor(await pipes.change(place, () => settled), 'STARTING');
    },

    async StopPipe({ Name: name }, call) {
      const place = await open(name, call, 'StopPipe');
      const stopped = { desired: 'STOPPED', state: 'STOPPED', modifiedAt: clock.now() } as const;
      const pipe = await pipes.change(place, ({ reason: _, ...known }) => ({ ...known, ...stopped }));
      return answerFor(pipe, 'STOPPING');
    },

    async DescribePipe({ Name: name }, call) {
      return describePipe(pipes.get(await open(name, call, 'DescribePipe')));
    },

    async DeletePipe({ Name: name }, call) {
      const place = await open(name, call, 'DeletePipe');
      const pipe = pipes.get(place);
      await pipes.delete(place);
      await running.forget(pipe);
      return { ...answerFor(pipe, 'DELETING'), DesiredState: 'DELETED' } as const;
    },

    async ListPipes(input, call) {
      await pipes.authorize(call, 'ListPipes', pipeArn({ ...call, name: '*' }));
      const { NamePrefix: prefix = '', SourcePrefix: source = '', TargetPrefix: target = '', ...asked } = input;
      const { DesiredState: desired, CurrentState: state } = asked;
      const found = pipes
        .list(call)
        .filter(({ name, settings }) => name.startsWith(prefix) && settings.Source.startsWith(source))
        .filter(({ settings }) => settings.Target.startsWith(target))
        .filter((pipe) => desired === undefined || pipe.desired === desired)
        .filter((pipe) => state === undefined || pipe.state === state);
      const { page, next } = takePage(found, asked, { keyOf: pipeKey });
      return { Pipes: page.map(summarizePipe), ...next };
    },
  } satisfies OperationsOf<'pipes'>;
}

function applyChanges(
  known: Pipe['settings'],
  { SourceParameters: source, ...changes }: Omit<UpdatePipeRequest, 'Name' | 'DesiredState'>,
): Pipe['settings'] {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  // The parameters of streams and brokers have members that no update has: what is given goes over what is there.
  const parameters = Object.entries(source ?? {}).map(([name, value]) => {
    const before: unknown = Reflect.get(known.SourceParameters ?? {}, name);
    return [name, name === 'FilterCriteria' ? value : { ...Object(before), ...value }];
  });
  const SourceParameters = { ...known.SourceParameters, ...Object.fromEntries(parameters) };
  const { Enrichment, ...settings } = { ...known, ...given };
  return {
    ...settings,
    ...(Enrichment && { Enrichment }),
    ...(Object.keys(SourceParameters).length > 0 && { SourceParameters }),
  };
}
