// Executions: started, stopped, redriven, described, listed, and their history.

import { formatArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { HistoryEvent, StartExecutionInput } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import { startExecution } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import { updateRow } from '../../../backbone/update.ts';
import type { Call, OperationsOf } from '../../../call.ts';
import { checkName, readArn } from '../arn.ts';
import { variablesOf } from '../definition.ts';
import {
  describeExecution,
  EMPTY_OUTBOX,
  type ExecutionRow,
  executionKey,
  type Redrive,
  readInput,
  redriveFault,
  summarizeExecution,
} from '../execution.ts';
import { ageKey } from '../executions.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { describeLogging, type MachineType } from '../settings.ts';
import { machineArn } from '../state-machine.ts';
import { startedBy } from '../state-machines.ts';

/** Source: API reference, RedriveExecution, clientToken: the last ten, for 15 minutes. */
const KEPT_TOKENS = 10;
const TOKEN_MS = 15 * 60_000;
/** Source: recorded, test_sfn_api_express, test_start_sync_execution. */
const BILLED_MEMORY_MB = 64;
const BILLED_STEP_MS = 100;

export function executionOperations({ platform, machines, executions, mapRuns, running, authorize }: Parts) {
  const { clock, ids } = platform;
  /** Of this node: it only tells apart what began in the same millisecond. */
  let started = 0;

  /** A new execution, begun by nobody yet. @throws what StartExecution throws */
  async function prepare(input: StartExecutionInput, call: Call, only?: MachineType): Promise<ExecutionRow> {
    const { stateMachineArn: text, input: inputText = '{}', traceHeader } = input;
    const { account, region } = readArn(text, 'stateMachine');
    await authorize(call, only ? 'StartSyncExecution' : 'StartExecution', { resource: text, owner: account });
    if (input.name !== undefined) checkName(input.name);
    const meant = machines.resolve(text);
    const { machine, revision } = meant;
    if (only !== undefined && machine.type !== only) throw notOfType();
    const name = input.name ?? ids.uuid();
    const isExpress = machine.type === 'EXPRESS';
    const resource = isExpress ? `express:${machine.name}:${name}:${ids.uuid()}` : `execution:${machine.name}:${name}`;
    const { definition, revisionId, logging, tracing, updatedAt, roleArn } = revision;
    const trace = call.traceId ?? traceHeader;
    return {
      ...{ account, region, id: ids.uuid(), machineId: machine.id },
      execution: startExecution({
        executionArn: formatArn({ service: 'states', region, account, resource }),
        name,
        stateMachineArn: machineArn(machine),
        stateMachineName: machine.name,
        roleArn,
        type: machine.type,
        startedAt: clock.now(),
        input: readInput(inputText),
        inputText,
        ...startedBy(meant),
        ...(only && { isSync: true }),
      }),
      machine: { definition, logging, tracing, updatedAt, ...(revisionId !== undefined && { revisionId }) },
      ...(trace !== undefined && { traceHeader: trace }),
      ...(isExpress && running.isAwaited(call.requestId) && { isAwaited: true }),
      order: ++started,
      outbox: EMPTY_OUTBOX,
    };
  }

  /** One for a caller who may do this to it. @throws InvalidArn, AccessDeniedException, ExecutionDoesNotExist */
  async function open(text: string, call: Call, action: string): Promise<ExecutionRow> {
    const { account: owner } = readArn(text, 'execution');
    await authorize(call, action, { resource: text, owner });
    return executions.get(text);
  }

  return {
    /** Idempotent while the execution of the name runs. Source: recorded, test_start_execution_idempotent. */
    async StartExecution(input, call) {
      const row = await prepare(input, call);
      const { about } = row.execution;
      const there = executions.find(about.executionArn);
      const standing = there?.machineId === row.machineId ? there : await running.start(row);
      const known = standing.execution;
      const isOurs = standing.id === row.id;
      if (!isOurs && (known.status !== 'RUNNING' || known.about.inputText !== about.inputText)) {
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${about.executionArn}'`);
      }
      return { executionArn: about.executionArn, startDate: known.about.startedAt };
    },

    /** Answers when the execution is over, whatever came of it. */
    async StartSyncExecution({ includedData, ...input }, call) {
      const row = await prepare(input, call, 'EXPRESS');
      const { about } = row.execution;
      const { status, output, failure, stoppedAt = clock.now() } = await running.run(row, call.signal);
      const steps = Math.max(1, Math.ceil((stoppedAt - about.startedAt) / BILLED_STEP_MS));
      const isWhole = includedData !== 'METADATA_ONLY';
      return {
        ...{ executionArn: about.executionArn, stateMachineArn: about.stateMachineArn, name: about.name },
        ...{ startDate: about.startedAt, stopDate: stoppedAt },
        status: status === 'SUCCEEDED' || status === 'TIMED_OUT' ? status : 'FAILED',
        ...(isWhole && { input: about.inputText, inputDetails: { included: true } }),
        ...(isWhole && output !== undefined && { output: JSON.stringify(output) }),
        // Also where there is none. Recorded: test_express_sync, BASE_RAISE_FAILURE.
        ...(isWhole && { outputDetails: { included: true } }),
        ...(failure?.error !== undefined && { error: failure.error }),
        ...(failure?.cause !== undefined && { cause: failure.cause }),
        ...(row.traceHeader !== undefined && { traceHeader: row.traceHeader }),
        billingDetails: {
          billedMemoryUsedInMB: BILLED_MEMORY_MB,
          billedDurationInMilliseconds: steps * BILLED_STEP_MS,
        },
      };
    },

    /** One that is over stays as it is. */
    async StopExecution({ executionArn: text, error, cause }, call) {
      const { execution } = await open(text, call, 'StopExecution');
      if (execution.status === 'RUNNING') await running.happen(text, { kind: 'stopped', error, cause });
      return { stopDate: executions.get(text).execution.stoppedAt ?? clock.now() };
    },

    async RedriveExecution({ executionArn: text, clientToken: token }, call) {
      const row = await open(text, call, 'RedriveExecution');
      const now = clock.now();
      const repeated = row.redrives?.find((redrive) => redrive.token === token && now - redrive.at <= TOKEN_MS);
      if (repeated) return { redriveDate: repeated.at };
      const fault = row.mapRunArn === undefined ? redriveFault(row, now) : 'A Map Run redrives its executions itself';
      if (fault !== undefined) throw new ServiceError('ExecutionNotRedrivable', fault);
      await running.happen(text, { kind: 'redriven' });
      const redriven: Redrive[] = token === undefined ? [] : [{ token, at: now }];
      await updateRow(executions.table, executionKey(row.execution.about), (known = row) => ({
        ...known,
        redrives: [...redriven, ...(known.redrives ?? [])].slice(0, KEPT_TOKENS),
      }));
      return { redriveDate: executions.get(text).execution.redrivenAt ?? now };
    },

    async DescribeExecution({ executionArn: text, includedData }, call) {
      const { input, inputDetails, output, outputDetails, ...rest } = describeExecution(
        await open(text, call, 'DescribeExecution'),
        clock.now(),
      );
      return includedData === 'METADATA_ONLY' ? rest : { ...rest, input, inputDetails, output, outputDetails };
    },

    async ListExecutions({ stateMachineArn, mapRunArn, statusFilter, redriveFilter, ...input }, call) {
      const text = stateMachineArn ?? mapRunArn;
      if (text === undefined || (stateMachineArn !== undefined && mapRunArn !== undefined)) {
        throw invalid('Exactly one of stateMachineArn and mapRunArn must be specified');
      }
      if (stateMachineArn !== undefined && statusFilter === 'PENDING_REDRIVE') {
        throw invalid('The statusFilter PENDING_REDRIVE is for executions of a mapRunArn');
      }
      const arn = readArn(text, stateMachineArn === undefined ? 'mapRun' : 'stateMachine');
      await authorize(call, 'ListExecutions', { resource: text, owner: arn.account });
      const found = stateMachineArn === undefined ? childrenOf(text) : startedOf(stateMachineArn);
      const chosen = found
        .filter(({ execution: { status } }) => statusFilter === undefined || status === statusFilter)
        .filter(({ execution: { redriveCount: count } }) => {
          return redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === count > 0;
        });
      const { page, next } = takePage(chosen, input, { keyOf: ageKey });
      return { executions: page.map(summarizeExecution), ...next };
    },

    async GetExecutionHistory({ executionArn: text, reverseOrder = false, ...input }, call) {
      const row = await open(text, call, 'GetExecutionHistory');
      const events = await running.historyOf(row);
      const ordered = reverseOrder ? events.toReversed() : events;
      // A token names the last event of its page, so that what happens meanwhile moves nothing.
      const keyOf = ({ id }: HistoryEvent) => String(reverseOrder ? 999_999 - id : id).padStart(6, '0');
      const { page, next } = takePage(ordered, input, { keyOf });
      return { events: input.includeExecutionData === false ? page.map(withoutData) : page, ...next };
    },

    async DescribeStateMachineForExecution({ executionArn: text, includedData }, call) {
      const { execution, machine, mapRunArn } = await open(text, call, 'DescribeStateMachineForExecution');
      const { about } = execution;
      const { label } = readArn(about.stateMachineArn, 'stateMachine');
      return {
        stateMachineArn: about.stateMachineArn,
        name: about.stateMachineName,
        definition: includedData === 'METADATA_ONLY' ? '' : machine.definition,
        roleArn: about.roleArn,
        updateDate: machine.updatedAt,
        loggingConfiguration: describeLogging(machine.logging),
        tracingConfiguration: { enabled: machine.tracing },
        ...(machine.revisionId !== undefined && { revisionId: machine.revisionId }),
        ...(mapRunArn !== undefined && { mapRunArn }),
        ...(label !== undefined && { label }),
        ...variablesOf(machine.definition, about.type),
      };
    },
  } satisfies OperationsOf<'stepfunctions'>;

  /** Of a machine, or those that were started by a version or an alias. @throws StateMachineDoesNotExist … */
  function startedOf(text: string): ExecutionRow[] {
    const { machine, version, alias } = machines.resolve(text);
    if (machine.type === 'EXPRESS') throw notOfType();
    const started = executions.list(machine);
    if (alias) return started.filter(({ execution: { about } }) => about.stateMachineAliasArn === text);
    return version ? started.filter(({ execution: { about } }) => about.stateMachineVersionArn === text) : started;
  }

  /** @throws ResourceNotFound */
  function childrenOf(mapRunArn: string): ExecutionRow[] {
    const { account, region, name, label } = readArn(mapRunArn, 'mapRun');
    const run = mapRuns.get(executionKey({ executionArn: mapRunArn }))?.value;
    const parent = run && executions.find(run.executionArn);
    if (!parent) {
      const fields = { resourceName: mapRunArn };
      throw new ServiceError('ResourceNotFound', `Resource not found: '${mapRunArn}'`, { fields });
    }
    const place = { account, region, name, id: parent.machineId };
    return executions.list(place, label).filter((row) => row.mapRunArn === mapRunArn);
  }
}

function notOfType(): ServiceError {
  return new ServiceError(
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  );
}

function invalid(sentence: string): ServiceError {
  return new ServiceError('ValidationException', sentence);
}

const DATA = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** An event without inputs, outputs and variables. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const strip = (value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([member]) => !DATA.has(member)))
      : value;
  return Object.fromEntries(
    Object.entries(event).map(([member, value]) => [member, strip(value)]),
  ) as unknown as HistoryEvent;
}
