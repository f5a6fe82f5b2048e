// State machines: made, changed, described, deleted, listed; and definitions that are only looked at.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { checkName, checkRoleArn, readArn } from '../arn.ts';
import { checkDefinition, examineDefinition } from '../definition.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';
import { checkEncryption, checkTagCount, type Logging, readLogging, tagsOf } from '../settings.ts';
import { describeMachine, machineArn, type Revision, type StateMachine } from '../state-machine.ts';
import { noSuchMachine, refuseLabel } from '../state-machines.ts';
import { versionArn } from '../version.ts';

/** Source: API reference, ValidateStateMachineDefinition, maxResults: a value of 0 uses the default of 100. */
const MAX_DIAGNOSTICS = 100;

export function stateMachineOperations(parts: Parts) {
  const { platform, machines, executions, running, authorize, authorizePassing } = parts;
  const { clock, ids } = platform;

  return {
    async CreateStateMachine(input, call) {
      const { name, definition, roleArn, type = 'STANDARD', tags = [], publish = false } = input;
      const place = { account: call.account, region: call.region, name };
      const arn = machineArn(place);
      const requestTags = tagsOf(tags);
      await authorize(call, 'CreateStateMachine', { resource: arn, requestTags });
      checkName(name);
      checkDescription(input.versionDescription, publish);
      checkEncryption(input.encryptionConfiguration);
      checkTagCount(requestTags, arn);
      checkRoleArn(roleArn);
      await checkDefinition(definition, type, running.findResourceProblem);
      const logging = await readLogging(input.loggingConfiguration ?? {}, platform, call);
      await authorizePassing(call, roleArn, arn);
      const now = clock.now();
      const made: StateMachine = {
        ...place,
        ...{ id: ids.uuid(), type, definition, roleArn, logging },
        tracing: input.tracingConfiguration?.enabled ?? false,
        tags: requestTags,
        ...{ createdAt: now, updatedAt: now },
      };
      const machine = await machines.change(place, (there) => {
        if (!there) return made;
        if (isSame(there, made)) return there;
        throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      });
      const answer = { stateMachineArn: arn, creationDate: machine.createdAt };
      if (!publish) return answer;
      const version = await machines.publish({ ...place, text: arn }, { description: input.versionDescription });
      return { ...answer, stateMachineVersionArn: versionArn(version) };
    },

    async UpdateStateMachine(input, call) {
      const { stateMachineArn: text, publish = false } = input;
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'UpdateStateMachine', { resource: text, owner: arn.account });
      refuseLabel(arn);
      const { type } = machines.get(arn);
      const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
      const given = [definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration];
      if (given.every((one) => one === undefined)) {
        throw new ServiceError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      checkDescription(input.versionDescription, publish);
      checkEncryption(encryptionConfiguration);
      if (definition !== undefined) await checkDefinition(definition, type, running.findResourceProblem);
      const logging = loggingConfiguration && (await readLogging(loggingConfiguration, platform, call));
      if (roleArn !== undefined) {
        checkRoleArn(roleArn);
        await authorizePassing(call, roleArn, text);
      }
      const now = clock.now();
      const revisionId = ids.uuid();
      const machine = await machines.change(arn, (row) => {
        if (!row) throw noSuchMachine(text);
        const changed: StateMachine = {
          ...row,
          definition: definition ?? row.definition,
          roleArn: roleArn ?? row.roleArn,
          logging: logging ?? row.logging,
          tracing: tracingConfiguration?.enabled ?? row.tracing,
        };
        if (isSame(row, changed) && row.roleArn === changed.roleArn) return row;
        return { ...changed, revisionId, updatedAt: now };
      });
      for (const state of running.mockedResults.idleStates(machine)) {
        const message = `Results are mocked for "${state}", which is no task of ${machine.name} any more: what took its place is called.`;
        platform.journal.record({ kind: 'warning', about: machine.name, message });
      }
      const revision = machine.revisionId !== undefined && { revisionId: machine.revisionId };
      if (!publish) return { updateDate: now, ...revision };
      const version = await machines.publish({ ...arn, text }, { description: input.versionDescription });
      return { updateDate: now, ...revision, stateMachineVersionArn: versionArn(version) };
    },

    async DescribeStateMachine({ stateMachineArn: text, includedData }, call) {
      const { account: owner } = readArn(text, 'stateMachine');
      await authorize(call, 'DescribeStateMachine', { resource: text, owner });
      const { machine, revision, version } = machines.resolve(text);
      return {
        ...describeMachine(machine, revision),
        stateMachineArn: text,
        ...(version && { creationDate: version.createdAt }),
        ...(version?.description !== undefined && { description: version.description }),
        ...(includedData === 'METADATA_ONLY' && { definition: '' }),
      };
    },

    /** Its executions that run are stopped at once; on AWS at their next transition. */
    async DeleteStateMachine({ stateMachineArn: text }, call) {
      const arn = readArn(text, 'stateMachine');
      await authorize(call, 'DeleteStateMachine', { resource: text, owner: arn.account });
      refuseLabel(arn);
      const machine = arn.rest === undefined ? machines.find(arn) : undefined;
      if (!machine) return {};
      await machines.delete(machine);
      for (const { execution } of executions.list(machine)) {
        if (execution.status !== 'RUNNING') continue;
        await running.happen(execution.about.executionArn, { kind: 'stopped', error: undefined, cause: undefined });
      }
      return {};
    },

    async ListStateMachines(input, call) {
      await authorize(call, 'ListStateMachines', { resource: '*' });
      const { page, next } = takePage(machines.list(call), input, { keyOf: ({ name }) => name });
      const stateMachines = page.map((machine) => ({
        stateMachineArn: machineArn(machine),
        name: machine.name,
        type: machine.type,
        creationDate: machine.createdAt,
      }));
      return { stateMachines, ...next };
    },

    async ValidateStateMachineDefinition(input, call) {
      await authorize(call, 'ValidateStateMachineDefinition', { resource: '*' });
      const { definition, type = 'STANDARD', severity = 'ERROR', maxResults } = input;
      const { problems } = await examineDefinition(definition, type, running.findResourceProblem);
      const told = severity === 'ERROR' ? problems.filter((one) => one.severity === 'ERROR') : problems;
      const limit = maxResults || MAX_DIAGNOSTICS;
      return {
        result: problems.some((one) => one.severity === 'ERROR') ? 'FAIL' : 'OK',
        diagnostics: told.slice(0, limit).map(({ line: _, mend: __, follows: ___, ...diagnostic }) => diagnostic),
        truncated: told.length > limit,
      };
    },
  } satisfies OperationsOf<'stepfunctions'>;
}

/** Source: API reference, CreateStateMachine: what its idempotency check is based on. */
function isSame(one: Revision, other: Revision): boolean {
  const compared = ({ definition, type, tracing, logging }: Revision) => [definition, type, tracing, spell(logging)];
  return compared(one).every((value, index) => value === compared(other)[index]);
}

function spell({ level, includeExecutionData, logGroupArn = '' }: Logging): string {
  return `${level} ${includeExecutionData} ${logGroupArn}`;
}

/** @throws ValidationException */
function checkDescription(description: string | undefined, publish: boolean): void {
  if (description === undefined || publish) return;
  throw new ServiceError('ValidationException', 'Version description can only be set when publish is true');
}
