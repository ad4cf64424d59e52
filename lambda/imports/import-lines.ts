import { ConsentChanges, Email } from "../../contracts/preferences";
import * as z from "../../runtime/schema";

/** One line of an import: a user, created where there is none, and choices, applied as one event. */
const ImportLine = z.lazy(() => z.strictObject({ email: Email, consents: z._default(ConsentChanges, []) }));

/** Characters of the longest line that is read; what is valid has some 400. */
const longestLine = 4096;

/** Lines in batches, as the bytes arrive; a line too long to be read is undefined. Holds one chunk at a time. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<(string | undefined)[]> {
  const decoder = new TextDecoder();
  let rest = "";
  let skipping = false;
  for await (const chunk of bytes) {
    const lines: (string | undefined)[] = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (skipping && lines.length > 0) {
      lines[0] = undefined;
      skipping = false;
    }
    if (skipping || rest.length > longestLine) {
      skipping = true;
      rest = "";
    }
    yield lines;
  }
  if (skipping) yield [undefined];
  else if (rest !== "") yield [rest];
}

/** A line as PostgreSQL's COPY takes it, or the reason why it is refused (which repeats nothing of the line). */
export type CheckedLine = { readonly columns: string } | { readonly reason: string };

/** Checks a line; `columns` are the address and the choices. Neither can hold a character that COPY would want escaped. */
export function checkLine(line: string | undefined): CheckedLine {
  if (line === undefined || line.length > longestLine) return { reason: `longer than ${longestLine} characters` };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { reason: "not JSON" };
  }
  const { success, data, error } = ImportLine.safeParse(value);
  if (!success) {
    const { path, message } = error.issues[0] ?? { path: [], message: "not valid" };
    return { reason: path.length > 0 ? `${path.join(".")}: ${message}` : message };
  }
  const choices = data.consents.map(({ id, enabled }) => `"${id}":${enabled}`).join(",");
  return { columns: `${data.email}\t{${choices}}` };
}
