// Which file of a folder is its CloudFormation or SAM template.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What people call a template. Source: sam-cli's `--template-file`, default `template.[yaml|yml|json]`. */
const NAMES = ['template.yaml', 'template.yml', 'template.json'];

/** Where `sam build` writes. Source: sam-cli, `sam build --build-dir`, default `.aws-sam/build`. */
const BUILT = join('.aws-sam', 'build', 'template.yaml');

export interface TemplateFile {
  /** From the folder. */
  readonly path: string;
  /** Why it is this one. */
  readonly why: string;
}

/**
 * The template of a folder: what `sam build` made of it, when that is newer.
 * @returns its path; in `passedOver` files that have a template's name and no resources
 */
export function findTemplateFile(folder: string): {
  readonly found: TemplateFile | undefined;
  readonly passedOver: readonly string[];
} {
  const named = NAMES.filter((name) => existsSync(join(folder, name)));
  const own = named.find((name) => isTemplate(readFileSync(join(folder, name), 'utf8')));
  const passedOver = named.filter((name) => name !== own);
  const built = existsSync(join(folder, BUILT)) ? modified(join(folder, BUILT)) : undefined;
  if (built !== undefined && (own === undefined || built > modified(join(folder, own)))) {
    const reason = own === undefined ? 'sam build made it' : `sam build made it, after ${own} was last changed`;
    return { found: { path: BUILT, why: reason }, passedOver };
  }
  return { found: own === undefined ? undefined : { path: own, why: 'it is the template here' }, passedOver };
}

/** The project's folder, of a template that `sam build` made; undefined of any other. */
export function ofBuild(file: string): string | undefined {
  const folder = resolve(dirname(file), '..', '..');
  return file === join(folder, BUILT) ? folder : undefined;
}

/** A template is known by its resources, the one section that every template has. */
export function isTemplate(text: string): boolean {
  return /^(\s*\{)?\s{0,2}["']?Resources["']?\s*:/m.test(text) || isJsonTemplate(text);
}

function isJsonTemplate(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'Resources' in parsed;
  } catch {
    return false;
  }
}

/** The name of a stack that nobody named: its file's or folder's, in the letters that CloudFormation takes. */
export function stackNameOf(name: string): string {
  const taken = name
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 128);
  return taken === '' ? 'app' : taken;
}

function modified(file: string): number {
  return statSync(file).mtimeMs;
}
