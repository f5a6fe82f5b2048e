// Context attributes: words in a target's Input that stand for what is known when it is called. They are replaced as
// text, without quotes; any other word in angle brackets stays. Source: Scheduler user guide, "Adding context
// attributes".

export interface Context {
  readonly scheduleArn: string;
  /** When it was planned for, epoch ms. */
  readonly scheduledAt: number;
  readonly executionId: string;
  /** From 1. */
  readonly attempt: number;
}

export function fillContext(input: string, { scheduleArn, scheduledAt, executionId, attempt }: Context): string {
  const values: Readonly<Record<string, string>> = {
    'schedule-arn': scheduleArn,
    'scheduled-time': isoTime(scheduledAt),
    'execution-id': executionId,
    'attempt-number': String(attempt),
  };
  return input.replace(
    /<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>/g,
    (whole, name: string) => values[name] ?? whole,
  );
}

/** `2022-03-22T18:59:43Z` */
export function isoTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
