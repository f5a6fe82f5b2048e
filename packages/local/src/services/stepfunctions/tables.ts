// The tables of Step Functions.
import { tableOf } from '../../backbone/table.ts';
import type { Activity } from './activity.ts';
import type { ExecutionRow } from './execution.ts';
import type { MapRunRow } from './map-run.ts';
import type { StateMachine } from './state-machine.ts';
import type { Alias, Version } from './version.ts';

/** By `machineKey`. */
export const STATE_MACHINES = tableOf<StateMachine>('stepfunctions/state-machines');
/** By `versionKey`. */
export const VERSIONS = tableOf<Version>('stepfunctions/versions');
/** By `aliasKey`. */
export const ALIASES = tableOf<Alias>('stepfunctions/aliases');
/** By `executionKey`. Express executions need to stand there only while they run. */
export const EXECUTIONS = tableOf<ExecutionRow>('stepfunctions/executions');
/** By `activityKey`. */
export const ACTIVITIES = tableOf<Activity>('stepfunctions/activities');
/** By `mapRunKey`. */
export const MAP_RUNS = tableOf<MapRunRow>('stepfunctions/map-runs');
