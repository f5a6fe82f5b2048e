// A stack that a project has, before flags say more of it.

export interface FoundStack {
  readonly name: string;
  /** The template's text. */
  readonly template: string;
  /** Its file, absolute; undefined when a tool of the project wrote it. */
  readonly file?: string;
  /** Absolute; where relative paths in the template start. */
  readonly directory: string;
  /** Those that the template does not declare are left out. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}
