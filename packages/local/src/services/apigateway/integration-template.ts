// What integrations of REST APIs of several types have in common: time limits, templates, what passes without one.
import type { Integration } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { parseBodyTemplate } from '../../gateway/services/body-template.ts';
import { NotServed } from '../../gateway/unserved/not-served.ts';

/** Source: API Gateway quotas, "Integration timeout" (29 seconds). */
export const INTEGRATION_TIMEOUT_MS = 29_000;

/** Whether a body without a template goes on. Source: API Gateway guide, "Integration passthrough behaviors". */
export function passesOn({ passthroughBehavior, requestTemplates = {} }: Integration): boolean {
  const behaviour = passthroughBehavior?.toUpperCase();
  return behaviour !== 'NEVER' && !(behaviour === 'WHEN_NO_TEMPLATES' && Object.keys(requestTemplates).length > 0);
}

/** @throws NotServed for a template with what is not run */
export function checkTemplate(where: string, template: string): void {
  if (!parseBodyTemplate(template)) throw refuseTemplate(where, template);
}

export function refuseTemplate(where: string, template: string): NotServed {
  return new NotServed(
    `Earwitness does not run such a mapping template (VTL): ${where} has ${JSON.stringify(template)}.`,
  );
}
