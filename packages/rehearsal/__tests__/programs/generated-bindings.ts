/** A type of a provider: its folder (`data-external`), and its attributes, a question mark after those that are optional and an exclamation mark after those that the provider sets. */
export type Types = Readonly<Record<string, readonly string[]>>;

/** What `cdktf get` generates for a provider of texts alone, as files by their paths. @param source hashicorp/external */
export function generatedBindings(source: string, version: string, types: Types): Record<string, string> {
  const name = source.slice(source.lastIndexOf("/") + 1);
  const folder = `.gen/providers/${name}`;
  const files = Object.entries(types).map(([type, attributes]) => [
    `${folder}/${type}/index.ts`,
    binding(type.startsWith("data-") ? "TerraformDataSource" : "TerraformResource", attributes),
  ]);
  return {
    ".gen/versions.json": JSON.stringify({ [source]: version }),
    [`${folder}/provider/index.ts`]: binding("TerraformProvider", []),
    ...Object.fromEntries(files),
  };
}

function binding(base: string, attributes: readonly string[]): string {
  const settable = attributes
    .filter((attribute) => !attribute.endsWith("!"))
    .map((attribute) => attribute.replace("?", ""));
  const optional = attributes.filter((attribute) => attribute.endsWith("?")).map((attribute) => attribute.slice(0, -1));
  const set = attributes.filter((attribute) => attribute.endsWith("!")).map((attribute) => attribute.slice(0, -1));
  const member = (attribute: string) => attribute.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return `
export class Some extends cdktf.${base} {
${optional.map((attribute) => `  public reset${capital(member(attribute))}() {\n    this._${member(attribute)} = undefined;\n  }\n`).join("")}${set.map((attribute) => `  public get ${member(attribute)}() {\n    return this.getStringAttribute('${attribute}');\n  }\n`).join("")}
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
${settable
  .map(
    (attribute) => `      ${attribute}: {
        value: cdktf.stringToHclTerraform(this._${member(attribute)}),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
`,
  )
  .join("")}    };
    return attrs;
  }
}
`;
}
