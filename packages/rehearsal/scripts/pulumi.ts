import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One argument of a resource of @pulumi/aws, whose texts are those of hashicorp/aws's documentation. */
export interface Argument {
  readonly name: string;
  readonly text: string;
  /** Name of the type of a nested block, `lambda.FunctionEnvironment`. */
  readonly block: string | undefined;
}

export interface PulumiResource {
  /** lambda/function */
  readonly token: string;
  readonly args: readonly Argument[];
}

const parse = (file: string) => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);

function argumentsOf(declared: ts.InterfaceDeclaration): Argument[] {
  return declared.members.flatMap((member) => {
    if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) return [];
    const text = ts.getJSDocCommentsAndTags(member).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
    const block = /inputs\.([\w.]+)/.exec(member.type?.getText() ?? "")?.[1];
    return [{ name: member.name.text, text: text.join(" ").replaceAll(/\s+/g, " "), block }];
  });
}

/** Every resource's arguments. @param folder of the unpacked package */
export function resourcesIn(folder: string): PulumiResource[] {
  const services = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return services.flatMap(({ name: service }) => {
    const files = readdirSync(join(folder, service)).filter(
      (file) => file.endsWith(".d.ts") && !/^(get|index)/.test(file),
    );
    return files.flatMap((file) => {
      const args = parse(join(folder, service, file)).statements.find(
        (statement): statement is ts.InterfaceDeclaration =>
          ts.isInterfaceDeclaration(statement) && statement.name.text.endsWith("Args"),
      );
      return args === undefined
        ? []
        : [{ token: `${service}/${file.slice(0, -".d.ts".length)}`, args: argumentsOf(args) }];
    });
  });
}

/** The arguments of each nested block, by its name. @param folder of the unpacked package */
export function blocksIn(folder: string): Map<string, Argument[]> {
  const found = new Map<string, Argument[]>();
  const read = (statements: readonly ts.Node[], space: string) => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(`${space}${statement.name.text}`, argumentsOf(statement));
      if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        read(statement.body.statements, `${space}${statement.name.text}.`);
    }
  };
  read(parse(join(folder, "types", "input.d.ts")).statements, "");
  return found;
}
