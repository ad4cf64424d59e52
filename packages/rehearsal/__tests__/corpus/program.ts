/** A program of the corpus: how it is written, and how many resources Terraform makes of it. */
export interface Program {
  readonly name: string;
  /** Files of a folder, by their paths; or stacks, by their names, as cdktf synthesizes them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stacks?: Readonly<Record<string, object>>;
  /** The folder of the root module. @default the folder itself */
  readonly root?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** How many are imported, and not made. @default 0 */
  readonly imported?: number;
  readonly resources: number;
}

/** An expression of Terraform's language in a text. */
export const expression = (text: string): string => `\${${text}}`;
