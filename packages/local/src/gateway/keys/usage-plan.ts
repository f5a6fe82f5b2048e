// API keys and the usage plans that let them in, as the service apigateway keeps them and requests meet them: a change
// counts at once. How much a key has used of a plan stands in a row of its own.
import type {
  ApiStage,
  QuotaSettings,
  ThrottleSettings,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { tableOf } from '../../backbone/table.ts';

/** Keys of all three tables begin with `account/region/`. */
export const API_KEYS = tableOf<ApiKeyRow>('apigateway/keys');
export const USAGE_PLANS = tableOf<UsagePlanRow>('apigateway/usage-plans');
/** `…/plan/key` */
export const USAGE = tableOf<Usage>('apigateway/usage');

export interface ApiKeyRow {
  readonly id: string;
  readonly value: string;
  readonly name?: string;
  readonly description?: string;
  readonly customerId?: string;
  readonly enabled: boolean;
  /** Epoch milliseconds. */
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  /** `API/STAGE`. Shown, and nothing else: usage plans took their place. */
  readonly stageKeys: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface UsagePlanRow {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages: readonly ApiStage[];
  readonly throttle?: ThrottleSettings;
  readonly quota?: QuotaSettings;
  readonly tags: Readonly<Record<string, string>>;
  /** Ids of keys, the newest first. */
  readonly keyIds: readonly string[];
}

/** What a key has used of a plan. */
export interface Usage {
  /** Epoch milliseconds: when the period of the quota began. */
  readonly since: number;
  /** Requests in it. */
  readonly requests: number;
  /** By what is throttled, the plan or one method: requests that may come at once, and when that was so. */
  readonly buckets: Readonly<Record<string, { readonly tokens: number; readonly at: number }>>;
}

/**
 * When the period began in which `at` is. Source: AWS SDKs, QuotaSettings, offset: "The day that a time period starts.
 * For example, with a time period of WEEK, an offset of 0 starts on Sunday".
 */
export function periodStart({ period = 'DAY', offset = 0 }: QuotaSettings, at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (period === 'DAY') return Date.UTC(year, month, day);
  if (period === 'WEEK') return Date.UTC(year, month, day - ((date.getUTCDay() - offset + 7) % 7));
  const begins = Date.UTC(year, month, 1 + offset);
  return begins <= at ? begins : Date.UTC(year, month - 1, 1 + offset);
}
