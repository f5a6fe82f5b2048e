// The body that an integration of a REST API sends: what a template makes of the request, or the request's own. Source:
// API Gateway developer guide, "Integration passthrough behaviors".
import { ownEntry } from '../../own-entry.ts';
import { headerOf, parseQuery } from '../request.ts';
import { parseBodyTemplate, type TemplateView } from './body-template.ts';
import { type MatchedRequest, memberOf, parameterValue } from './parameter-value.ts';

interface Mapped {
  /** By media type; a body of another one goes on as it is. */
  readonly templates: Readonly<Record<string, string>>;
  /** Whether a body without a template goes on. */
  readonly passesOn: boolean;
}

/** `undefined` where nothing takes a body of its type. */
export function bodyOf(matched: MatchedRequest, { templates, passesOn }: Mapped): string | undefined {
  const { request } = matched;
  const type = (headerOf(request, 'content-type') ?? 'application/json').split(';')[0]?.trim() ?? '';
  const template = Object.hasOwn(templates, type) ? templates[type] : undefined;
  if (template === undefined) return passesOn ? request.body.toString() : undefined;
  const body = request.body.length === 0 ? Buffer.from('{}') : request.body;
  return parseBodyTemplate(template)?.(viewOf(matched, body));
}

/** What a template sees of a request, and of the body that is mapped. */
export function viewOf(matched: MatchedRequest, body: Buffer): TemplateView {
  const { match, request, stage } = matched;
  return {
    member: (path) => memberOf(body, path),
    body: body.toString(),
    parameter: (name) =>
      ownEntry(match.parameters, name) ?? parseQuery(request.query).get(name)?.at(-1) ?? headerOf(request, name) ?? '',
    parameters: () => ({
      path: match.parameters,
      querystring: Object.fromEntries(
        [...parseQuery(request.query)].map(([name, values]) => [name, values.at(-1) ?? '']),
      ),
      header: Object.fromEntries(request.headers),
    }),
    variable(name) {
      // Public templates have these in documents that nothing fills in.
      if (name === 'AWS::Region') return stage.region;
      return name === 'AWS::AccountId' ? stage.account : (parameterValue(`$${name}`, matched) ?? '');
    },
  };
}
