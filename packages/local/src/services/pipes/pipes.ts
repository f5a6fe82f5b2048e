// Every pipe of this cloud, and who may do what with them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import { type Pipe, type PipePlace, pipeArn, pipeKey } from './pipe.ts';

const PIPES = tableOf<Pipe>('pipes/pipes');

export class Pipes {
  readonly table: Table<Pipe>;
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.table = platform.backbone.table(PIPES);
  }

  /** @throws NotFoundException */
  get(place: PipePlace): Pipe {
    const pipe = this.table.get(pipeKey(place))?.value;
    if (pipe) return pipe;
    throw noSuchPipe(place);
  }

  list({ account, region }: Pick<Call, 'account' | 'region'>): Pipe[] {
    return this.table.list(`${account}/${region}/`).map(({ value }) => value);
  }

  /** @throws ConflictException */
  async add(pipe: Pipe): Promise<void> {
    await updateRow(this.table, pipeKey(pipe), (known) => {
      if (!known) return pipe;
      const fields = { resourceId: pipeArn(pipe), resourceType: 'pipe' };
      throw new ServiceError('ConflictException', `Pipe ${pipe.name} already exists.`, { fields });
    });
  }

  /** Writes what `change` makes of a pipe as it is by then. @throws what `change` throws; NotFoundException */
  async change(place: PipePlace, change: (pipe: Pipe) => Pipe): Promise<Pipe> {
    const row = await updateRow(this.table, pipeKey(place), (pipe) => {
      if (!pipe) throw noSuchPipe(place);
      return change(pipe);
    });
    return row.value;
  }

  /** @throws NotFoundException */
  async delete(place: PipePlace): Promise<void> {
    if (!(await this.table.delete(pipeKey(place)))) throw noSuchPipe(place);
  }

  /** @throws AccessDeniedException */
  async authorize(call: Call, action: string, resource: string): Promise<void> {
    await this.#allow(call, { action: `pipes:${action}`, resource });
  }

  /** Whether a caller may hand a role over to Pipes. @throws AccessDeniedException */
  async authorizePassing(call: Call, roleArn: string): Promise<void> {
    const context = { 'iam:PassedToService': 'pipes.amazonaws.com' };
    await this.#allow(call, { action: 'iam:PassRole', resource: roleArn, context });
  }

  async #allow(call: Call, asked: { action: string; resource: string; context?: Record<string, string> }) {
    const refusal = await this.#platform.access.findRefusal(call, { ...asked, owner: call.account });
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }
}

function noSuchPipe({ name }: PipePlace): ServiceError {
  return new ServiceError('NotFoundException', `Pipe ${name} does not exist.`);
}
