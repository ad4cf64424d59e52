/**
 * A type of a provider: its folder (`data-external`), and its attributes, a question mark after those that are optional and
 * an exclamation mark after those that the provider sets, `#` when to a number. `exec{command,args}` is an object of optional texts, and
 * `set[name,value]` a list of such.
 */
export type Types = Readonly<Record<string, readonly string[]>>;

/**
 * What `cdktf get` generates for a provider of texts, as files by their paths.
 *
 * @param source hashicorp/external
 * @param types the provider's own configuration is `provider`
 */
export function generatedBindings(source: string, version: string, types: Types): Record<string, string> {
  const name = source.slice(source.lastIndexOf("/") + 1);
  const files = Object.entries({ provider: [], ...types }).map(([type, attributes]) => [
    `.gen/providers/${name}/${type}/index.ts`,
    binding(baseClass(type), attributes),
  ]);
  return { ".gen/versions.json": JSON.stringify({ [source]: version }), ...Object.fromEntries(files) };
}

function baseClass(type: string): string {
  if (type === "provider") return "TerraformProvider";
  return type.startsWith("data-") ? "TerraformDataSource" : "TerraformResource";
}

const member = (attribute: string) => attribute.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** An attribute that a program sets, in the mapper that names it. */
const settable = (name: string, value: string, shape = "simple", storage = "string") => `      ${name}: {
        value: ${value},
        isBlock: ${shape !== "simple"},
        type: "${shape}",
        storageClassType: "${storage}",
      },
`;

function binding(base: string, attributes: readonly string[]): string {
  const parts = { mappers: "", members: "", settable: "" };
  for (const [, name = "", kind, inner = ""] of attributes.flatMap((text) => [
    /^(\w+)([?!#{[]?)(.*?)[}\]]?$/.exec(text) ?? [],
  ])) {
    const own = member(name);
    const struct = `some${capital(own)}`;
    const set = kind === "!" ? "String" : kind === "#" ? "Number" : undefined;
    if (set !== undefined)
      parts.members += `  public get ${own}() {\n    return this.get${set}Attribute('${name}');\n  }\n`;
    else if (kind === "{" || kind === "[") {
      const texts = inner
        .split(",")
        .map((text) => settable(text, `cdktf.stringToHclTerraform(struct!.${member(text)})`));
      parts.mappers += `export function ${struct}ToHclTerraform(struct?: any): any {\n  const attrs = {\n${texts.join("")}  };\n  return attrs;\n}\n`;
      parts.settable +=
        kind === "{"
          ? settable(name, `${struct}ToHclTerraform(this._${own}.internalValue)`, "struct", capital(struct))
          : settable(
              name,
              `cdktf.listMapperHcl(${struct}ToHclTerraform, false)(this._${own}.internalValue)`,
              "list",
              `${capital(struct)}List`,
            );
    } else parts.settable += settable(name, `cdktf.stringToHclTerraform(this._${own})`);
    if (set === undefined && kind !== "")
      parts.members += `  public reset${capital(own)}() {\n    this._${own} = undefined;\n  }\n`;
  }
  return `
${parts.mappers}
export class Some extends cdktf.${base} {
${parts.members}
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
${parts.settable}    };
    return attrs;
  }
}
`;
}
