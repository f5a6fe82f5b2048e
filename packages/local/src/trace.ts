// Trace ids in X-Ray's form. The first one who meets a request without one makes it; from then on it goes along
// unchanged: API Gateway → function → the function's own calls → event.
import type { Platform } from './platform.ts';

/** A value for the `X-Amzn-Trace-Id` header: time in hexadecimal seconds and 96 random bits. */
export function createTraceId({ clock, ids }: Pick<Platform, 'clock' | 'ids'>): string {
  const time = Math.floor(clock.now() / 1000).toString(16);
  return `Root=1-${time}-${ids.uuid().replaceAll('-', '').slice(0, 24)}`;
}
