// Which execution is meant: by its ARN, or by its state machine and its input, which is all that a test knows of what a
// rule, a schedule or a pipe started.
import type { DescribeExecutionOutput, SFNClient } from '@aws-sdk/client-sfn';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { ConfigurationError } from '../../errors.ts';
import { localUrl } from '../../local-cloud.ts';
import { askLocal } from '../admin.ts';
import { findNamed, resourcesOf, stackNames } from '../find-named.ts';
import { physicalId } from '../function-name.ts';

type Sdk = typeof import('@aws-sdk/client-sfn');

/** @returns the state machine's ARN @throws ConfigurationError when none has the name, or several have */
export async function stateMachineArn(call: string, name: string, { sdk, client }: Asking): Promise<string> {
  if (name.startsWith('arn:')) return name;
  const url = localUrl();
  if (url !== undefined) {
    const machines = await machinesOf({ sdk, client });
    const resources = resourcesOf((await askLocal(url, 'state')) as CloudState, 'AWS::StepFunctions::StateMachine');
    const all = machines.map((machine) => {
      const own = resources.find(({ resource }) => resource.physicalId === machine.arn);
      const names: readonly [string, ...string[]] = own
        ? [...stackNames(own), machine.name, machine.arn]
        : [machine.name, machine.arn];
      return { thing: machine.arn, names };
    });
    return findNamed({ what: 'state machine', name, by: call }, all);
  }
  const [, stack, logicalId] = /^([A-Za-z][A-Za-z0-9-]*)\.([A-Za-z0-9]+)$/.exec(name) ?? [];
  if (stack !== undefined && logicalId !== undefined) return physicalId(call, stack, logicalId);
  const found = (await machinesOf({ sdk, client })).find((machine) => machine.name === name);
  if (found) return found.arn;
  throw new ConfigurationError(
    `${call}: there is no state machine ${name}. On AWS a logical id is written with its stack: "stack.LogicalId".`,
  );
}

/** The SDK and a client of it. */
export interface Asking {
  readonly sdk: Sdk;
  readonly client: SFNClient;
}

async function machinesOf({ sdk, client }: Asking): Promise<{ readonly name: string; readonly arn: string }[]> {
  const all: { name: string; arn: string }[] = [];
  for await (const { stateMachines = [] } of sdk.paginateListStateMachines({ client }, {})) {
    for (const { name = '', stateMachineArn: arn = '' } of stateMachines) all.push({ name, arn });
  }
  return all;
}

/** Executions of a machine, the newest first; each is described once, and again while it runs. */
export class Executions {
  readonly #asking: Asking;
  readonly #stateMachineArn: string;
  readonly #known = new Map<string, DescribeExecutionOutput>();

  constructor(asking: Asking, stateMachineArn: string) {
    this.#asking = asking;
    this.#stateMachineArn = stateMachineArn;
  }

  /** The oldest whose input is accepted; `undefined` while there is none. */
  async find(accepts: (input: unknown) => boolean): Promise<DescribeExecutionOutput | undefined> {
    const { sdk, client } = this.#asking;
    const { executions = [] } = await client.send(
      new sdk.ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, maxResults: MAX_EXECUTIONS }),
    );
    for (const { executionArn } of executions) {
      if (executionArn === undefined || this.#known.has(executionArn)) continue;
      this.#known.set(executionArn, await client.send(new sdk.DescribeExecutionCommand({ executionArn })));
    }
    return this.seen().findLast(({ input }) => accepts(inputOf(input)));
  }

  /** The newest first. */
  seen(): readonly DescribeExecutionOutput[] {
    const started = ({ startDate }: DescribeExecutionOutput) => startDate?.getTime() ?? 0;
    return [...this.#known.values()].sort((one, other) => started(other) - started(one));
  }
}

/** Executions that are looked at: the newest. Source: Step Functions API reference, ListExecutions, maxResults. */
const MAX_EXECUTIONS = 1000;

export function inputOf(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
