import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** One argument of a resource of @pulumi/aws, whose texts are those of hashicorp/aws's documentation. */
export interface Argument {
  readonly name: string;
  readonly text: string;
  /** What the provider says to those who use it all the same; undefined when it is not deprecated. */
  readonly deprecated: string | undefined;
  /** Name of the type of a nested block, `lambda.FunctionEnvironment`. */
  readonly block: string | undefined;
  /** Whether it may be left out, and is there all the same once the resource is: the provider fills it in. */
  readonly filled: boolean;
}

export interface PulumiResource {
  /** lambda/function */
  readonly token: string;
  readonly args: readonly Argument[];
}

const parse = (file: string) => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);

/** @param there names of the members that are there whenever the resource is */
function argumentsOf(declared: ts.InterfaceDeclaration, there: ReadonlySet<string>): Argument[] {
  return declared.members.flatMap((member) => {
    if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) return [];
    const text = ts.getJSDocCommentsAndTags(member).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
    const tag = ts.getJSDocDeprecatedTag(member);
    const deprecated = tag && (ts.getTextOfJSDocComment(tag.comment) ?? "").replaceAll(/\s+/g, " ");
    const block = /inputs\.([\w.]+)/.exec(member.type?.getText() ?? "")?.[1];
    const name = member.name.text;
    const filled = member.questionToken !== undefined && there.has(name);
    return [{ name, text: text.join(" ").replaceAll(/\s+/g, " "), deprecated, block, filled }];
  });
}

/** The members of a resource's class, or of a block as it is read, that are never undefined. */
function present(declared: ts.ClassDeclaration | ts.InterfaceDeclaration | undefined): ReadonlySet<string> {
  const names = [...(declared?.members ?? [])].flatMap((member) => {
    if (!(ts.isPropertyDeclaration(member) || ts.isPropertySignature(member)) || !ts.isIdentifier(member.name))
      return [];
    const absent = member.questionToken !== undefined || /\| undefined>$/.test(member.type?.getText() ?? "");
    return absent ? [] : [member.name.text];
  });
  return new Set(names);
}

/** Every resource's arguments. @param folder of the unpacked package */
export function resourcesIn(folder: string): PulumiResource[] {
  const services = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return services.flatMap(({ name: service }) => {
    const files = readdirSync(join(folder, service)).filter(
      (file) => file.endsWith(".d.ts") && !/^(get|index)/.test(file),
    );
    return files.flatMap((file) => {
      const { statements } = parse(join(folder, service, file));
      const args = statements.find(
        (statement): statement is ts.InterfaceDeclaration =>
          ts.isInterfaceDeclaration(statement) && statement.name.text.endsWith("Args"),
      );
      if (args === undefined) return [];
      const outputs = present(statements.find(ts.isClassDeclaration));
      return [{ token: `${service}/${file.slice(0, -".d.ts".length)}`, args: argumentsOf(args, outputs) }];
    });
  });
}

/** The arguments of each nested block, by its name. @param folder of the unpacked package */
export function blocksIn(folder: string): Map<string, Argument[]> {
  const outputs = interfacesIn(join(folder, "types", "output.d.ts"));
  const inputs = interfacesIn(join(folder, "types", "input.d.ts"));
  return new Map([...inputs].map(([name, declared]) => [name, argumentsOf(declared, present(outputs.get(name)))]));
}

function interfacesIn(file: string): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const read = (statements: readonly ts.Node[], space: string) => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(`${space}${statement.name.text}`, statement);
      if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        read(statement.body.statements, `${space}${statement.name.text}.`);
    }
  };
  read(parse(file).statements, "");
  return found;
}
