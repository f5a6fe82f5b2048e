// What the operations of Step Functions share.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Table } from '../../backbone/table.ts';
import type { Call } from '../../call.ts';
import type { AccessRequest } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import type { Activity } from './activity.ts';
import { Executions } from './executions.ts';
import type { MapRunRow } from './map-run.ts';
import { createRunning, type RunningWithLife } from './running/running.ts';
import { StateMachines } from './state-machines.ts';
import { ACTIVITIES, MAP_RUNS } from './tables.ts';

export interface Parts {
  readonly platform: Platform;
  readonly machines: StateMachines;
  readonly executions: Executions;
  readonly activities: Table<Activity>;
  readonly mapRuns: Table<MapRunRow>;
  readonly running: RunningWithLife;
  /** Whether a caller may do `action` (`StartExecution`) to what an ARN names. @throws AccessDeniedException */
  authorize(call: Call, action: string, about: About): Promise<void>;
  /**
   * Whether a caller may hand a role over to Step Functions, and whether that may act as it.
   * @throws AccessDeniedException
   */
  authorizePassing(call: Call, roleArn: string, machineArn: string): Promise<void>;
}

type About = Pick<AccessRequest, 'resource' | 'tags' | 'requestTags'> & { readonly owner?: string };

export function createParts(platform: Platform): Parts {
  const { access, backbone, dispatch, journal } = platform;
  const executions = new Executions(platform);

  async function allow(call: Call, request: AccessRequest): Promise<void> {
    const refusal = await access.findRefusal(call, request);
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }

  /** @throws AccessDeniedException */
  async function checkTrust(roleArn: string, sourceArn: string, call: Call): Promise<void> {
    // A cloud without IAM has no roles to ask about.
    if (!dispatch.service('iam')) return;
    const service = 'states.amazonaws.com';
    const origin = { account: call.account, region: call.region, principal: { kind: 'service', service } } as const;
    const { account = '' } = parseArn(roleArn) ?? {};
    if (account !== call.account) {
      // Source: AWS's sentence, as people quote it for services that are handed a role.
      const sentence = 'Cross-account pass role is not allowed.';
      const about = `state machine ${sourceArn}, role ${roleArn}`;
      const owned = { roleArn, action: 'sts:AssumeRole', resources: [roleArn] };
      if ((await access.identity.ask(owned, { ...origin, account })) !== 'no such role') {
        throw new ServiceError('AccessDeniedException', sentence);
      }
      // Made-up roles are common on a laptop.
      const message = `AWS would refuse: ${sentence} The state machine is of account ${call.account}.`;
      return journal.record({ kind: 'warning', about, message });
    }
    const distrust = await access.identity.findDistrust({ roleArn, service, sourceArn }, origin);
    if (distrust === undefined) return;
    const regional = `states.${call.region}.amazonaws.com`;
    if ((await access.identity.findDistrust({ roleArn, service: regional, sourceArn }, origin)) === undefined) return;
    journal.record({ kind: 'warning', about: `state machine ${sourceArn}, role ${roleArn}`, message: distrust });
    const asked = { roleArn, action: 'sts:AssumeRole', resources: [roleArn] };
    // Made-up roles are common on a laptop.
    if ((await access.identity.ask(asked, origin)) === 'no such role') return;
    throw new ServiceError(
      'AccessDeniedException',
      `Neither the global service principal ${service}, nor the regional one is authorized to assume the provided role.`,
    );
  }

  return {
    platform,
    machines: new StateMachines(platform),
    executions,
    activities: backbone.table(ACTIVITIES),
    mapRuns: backbone.table(MAP_RUNS),
    running: createRunning({ platform, executions }),
    authorize: (call, action, { owner = call.account, ...about }) =>
      allow(call, { ...about, action: `states:${action}`, owner }),
    async authorizePassing(call, roleArn, sourceArn) {
      const context = { 'iam:PassedToService': 'states.amazonaws.com' };
      await allow(call, { action: 'iam:PassRole', resource: roleArn, owner: call.account, context });
      await checkTrust(roleArn, sourceArn, call);
    },
  };
}
