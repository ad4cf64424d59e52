import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";

/** A node of Go's syntax, as tree-sitter-go names it. Comments are left out. */
export class Syntax {
  constructor(
    readonly type: string,
    readonly text: string,
    /** The named parts, in the order of the text. */
    readonly parts: readonly Syntax[],
    private readonly fields: ReadonlyMap<string, readonly Syntax[]>,
  ) {}

  field(name: string): Syntax | undefined {
    return this.fields.get(name)?.[0];
  }

  all(name: string): readonly Syntax[] {
    return this.fields.get(name) ?? [];
  }

  /** This node and all inside of it. */
  *walk(): Generator<Syntax> {
    yield this;
    for (const part of this.parts) yield* part.walk();
  }
}

/** @returns a function that parses a file of Go; it throws where the text is none */
export async function goParser(): Promise<(text: string) => Syntax> {
  const { resolve } = createRequire(join(process.cwd(), "package.json"));
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(resolve("tree-sitter-go/tree-sitter-go.wasm"))));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error("not parsed");
    if (tree.rootNode.hasError) throw new Error(`not Go: ${text.slice(-500)}`);
    const cursor = tree.walk();
    const root = read(cursor, text);
    cursor.delete();
    tree.delete();
    return root;
  };
}

function read(cursor: TreeCursor, text: string): Syntax {
  const parts: Syntax[] = [];
  const fields = new Map<string, Syntax[]>();
  const { nodeType, startIndex, endIndex } = cursor;
  if (cursor.gotoFirstChild()) {
    do {
      const name = cursor.currentFieldName;
      if ((!cursor.nodeIsNamed && !name) || cursor.nodeType === "comment") continue;
      const named = cursor.nodeIsNamed;
      const part = read(cursor, text);
      if (named) parts.push(part);
      if (name) fields.set(name, [...(fields.get(name) ?? []), part]);
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return new Syntax(nodeType, text.slice(startIndex, endIndex), parts, fields);
}
