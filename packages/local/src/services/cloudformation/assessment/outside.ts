// What a template needs from outside of it, and the flag of `earwitness dev` and `exec` that gives it.
import type { Missing } from '@earwitness/protocol/internal/template/problem';
import type { ToGive } from '../../../assessment/assessment.ts';

/** How something is given that a template is missing. */
export function giveMissing({ kind, name, value, line, parameter }: Missing, stackName: string): ToGive {
  const at = line === undefined ? {} : { line };
  switch (kind) {
    case 'parameter':
      return { kind, name, ...at, give: `--parameter ${quoted(`${stackName}.${name}=${value}`)}` };
    case 'stored parameter':
      // AWS's public parameters have names that nobody else can use: the template's parameter names another one.
      if (/^\/?(aws|ssm)/i.test(name) && parameter !== undefined) {
        const own = `/${parameter}`;
        const flags = `--ssm ${own}=${value} --parameter ${stackName}.${parameter}=${own}`;
        return { kind, name, ...at, give: flags };
      }
      return { kind, name, ...at, give: `--ssm ${quoted(`${name}=${value}`)}` };
    case 'secret':
      return { kind, name, ...at, give: `--secret ${quoted(`${name}=${value}`)}` };
    case 'event bus':
      return { kind, name, ...at, give: `--bus ${quoted(name)}` };
    case 'export':
      return { kind, name, ...at, give: `--export ${quoted(`${name}=${value}`)}` };
  }
}

/** Signs that a shell does not touch stay as they are. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
