// Mapping templates as far as they only place values of a request in a text: `$input.json('$.order')`,
// `$input.path(…)`, `$input.body`, `$input.params('id')`, `$context.requestId`, `$stageVariables.name`, each alone or
// within `$util.escapeJavaScript(…)`; `.replaceAll("\\'", "'")` undoes what that escapes too often. Directives
// (`#set`, `#if`) and everything else of the Velocity Template Language are not run: such a template is none of
// these.
// Source: API Gateway developer guide, "API Gateway mapping template and access logging variable reference".

import { ownEntry } from '../../own-entry.ts';
import { headerOf, parseQuery } from '../request.ts';
import { type MatchedRequest, memberText, parameterValue } from './parameter-value.ts';

type Piece = string | Place;

interface Place {
  readonly kind: 'json' | 'path' | 'body' | 'parameter' | 'variable';
  readonly name: string;
  readonly isEscaped: boolean;
  readonly isMended: boolean;
}

const QUOTED = `\\(\\s*(?:'([^']*)'|"([^"]*)")\\s*\\)`;
const VALUE = `\\$!?\\{?(?:input\\.(json|path|params)${QUOTED}|(input\\.body)|((?:context|stageVariables)\\.[\\w.]+))\\}?`;
const MEND = `(\\.replaceAll\\(\\s*"\\\\\\\\+'"\\s*,\\s*"'"\\s*\\))?`;
const PLACE = new RegExp(`\\$util\\.escapeJavaScript\\(\\s*${VALUE}\\s*\\)${MEND}|${VALUE}`, 'g');
/** Groups of VALUE. */
const GROUPS = 5;

/** `undefined` for a template that does more. */
export function parseBodyTemplate(template: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of template.matchAll(PLACE)) {
    pieces.push(template.slice(end, found.index), placeOf(found));
    end = found.index + found[0].length;
  }
  pieces.push(template.slice(end));
  const isPlain = pieces.every((piece) => typeof piece !== 'string' || !/[#$][\w!{]/.test(piece));
  return isPlain ? pieces : undefined;
}

function placeOf(found: RegExpMatchArray): Place {
  const isEscaped = found[0].startsWith('$util');
  const at = isEscaped ? 1 : GROUPS + 2;
  const [call, single, double, body, variable] = found.slice(at, at + GROUPS);
  const isMended = isEscaped && found[GROUPS + 1] !== undefined;
  const rest = { name: variable ?? single ?? double ?? '', isEscaped, isMended };
  if (body !== undefined) return { kind: 'body', ...rest };
  if (variable !== undefined) return { kind: 'variable', ...rest };
  return { kind: call === 'params' ? 'parameter' : call === 'path' ? 'path' : 'json', ...rest };
}

/** What a template makes of a body, which is that of the request or of what a service answered. */
export function fillBodyTemplate(pieces: readonly Piece[], matched: MatchedRequest, body: Buffer): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : fill(piece, matched, body))).join('');
}

function fill(place: Place, matched: MatchedRequest, body: Buffer): string {
  const text = readValue(place, matched, body);
  if (!place.isEscaped) return text;
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/');
  return place.isMended ? escaped : escaped.replaceAll("'", "\\'");
}

function readValue({ kind, name }: Place, matched: MatchedRequest, body: Buffer): string {
  switch (kind) {
    case 'body':
      return body.toString();
    case 'variable':
      return parameterValue(`$${name}`, matched) ?? '';
    case 'parameter':
      return parameterOf(name, matched);
    case 'json':
    case 'path':
      return memberText(body, name, { asJson: kind === 'json' }) ?? '';
  }
}

/** Of the path, the query or a header, in this order. */
function parameterOf(name: string, { match, request }: MatchedRequest): string {
  return (
    ownEntry(match.parameters, name) ?? parseQuery(request.query).get(name)?.at(-1) ?? headerOf(request, name) ?? ''
  );
}
