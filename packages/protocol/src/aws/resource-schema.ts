// What CloudFormation's own resource schemas say of a resource type, as far as templates are held to it: top-level
// properties, what Ref returns, names of attributes. Types of values are not kept. There are two tables: the types that
// Earwitness serves, 7 kB, and all others, 330 kB that are stored compressed and read when one of them is asked for.

export interface ResourceSchema {
  /** `AWS::Events::Rule`. */
  readonly type: string;
  /** Top-level properties by name, without those that are read-only. */
  readonly properties: Readonly<Record<string, PropertySchema>>;
  /** Properties or attributes whose values make up what `Ref` returns; none where the schemas do not say. */
  readonly ref: readonly string[];
  /** What `Fn::GetAtt` knows, sorted; a dot leads into an object: `Endpoint.Port`. */
  readonly attributes: readonly string[];
}

export interface PropertySchema {
  readonly required: boolean;
  /** Whether a change makes a new resource, in the words of change sets. */
  readonly requiresRecreation: 'Always' | 'Conditionally' | 'Never';
}

/** Returns the schema of a resource type; `undefined` for a type that CloudFormation does not have. */
export type FindResourceSchema = (type: string) => ResourceSchema | undefined;

/** The text of raw deflate in base64, ASCII only. Node's zlib takes 4 ms for it, a DecompressionStream 36 ms. */
export type Inflate = (base64: string) => string;

/** Loads the schemas of these types; what it returns finds them, and no other ones. */
export async function loadResourceSchemas(types: Iterable<string>, inflate: Inflate): Promise<FindResourceSchema> {
  const { SERVED_SCHEMAS } = await import('./models/served-schemas.ts');
  const schemas = new Map<string, ResourceSchema>();
  for (const type of new Set(types)) {
    const line =
      findLine(SERVED_SCHEMAS, type) ?? (hasNoSchema(type) ? undefined : findLine(await loadOthers(inflate), type));
    if (line !== undefined) schemas.set(type, parseLine(line));
  }
  return (type) => schemas.get(type);
}

/** Loads the names of all types that CloudFormation has schemas of. */
export async function loadResourceTypes(inflate: Inflate): Promise<readonly string[]> {
  const { SERVED_SCHEMAS } = await import('./models/served-schemas.ts');
  return [SERVED_SCHEMAS, await loadOthers(inflate)].flatMap((table) =>
    table.split('\n').flatMap((line) => line.match(/^[^|]+/) ?? []),
  );
}

/** The CDK's note about itself and custom resources are in templates often, and in no schema. */
function hasNoSchema(type: string): boolean {
  return /^(AWS::CDK::|Custom::)/.test(type);
}

let others: Promise<string> | undefined;

function loadOthers(inflate: Inflate): Promise<string> {
  others ??= import('./models/other-schemas.ts').then(({ OTHER_SCHEMAS }) => inflate(OTHER_SCHEMAS));
  return others;
}

function findLine(table: string, type: string): string | undefined {
  const start = table.indexOf(`\n${type}|`) + 1;
  return start === 0 ? undefined : table.slice(start, table.indexOf('\n', start));
}

function parseLine(line: string): ResourceSchema {
  const [type = '', properties = '', ref = '', attributes = ''] = line.split('|');
  return {
    type,
    properties: Object.fromEntries(words(properties).map(parseProperty)),
    ref: words(ref),
    attributes: words(attributes),
  };
}

/** `Name`, then `!` when it is required, `*` when a change replaces the resource, `?` when it may. */
function parseProperty(text: string): [name: string, schema: PropertySchema] {
  const requiresRecreation = text.endsWith('*') ? 'Always' : text.endsWith('?') ? 'Conditionally' : 'Never';
  return [text.replace(/[!*?]+$/, ''), { required: text.includes('!'), requiresRecreation }];
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
