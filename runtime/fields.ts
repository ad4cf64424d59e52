import { type BodyForm, readJson, readText } from "./body";
import { Problem } from "./problem";

const types = ["application/x-www-form-urlencoded", "application/json"] as const;

/**
 * Fields as an HTML form sends them, or as a JSON object. No body at all is an empty form, so that what is missing is
 * named. The last of several fields of one name counts.
 */
export const formOrJson: BodyForm = {
  contentTypes: types,
  async read(request, limit) {
    const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type === "application/json") return readJson(request, limit);
    if (type === "application/x-www-form-urlencoded" || (type === undefined && request.body === null)) {
      return Object.fromEntries(new URLSearchParams(await readText(request, limit)));
    }
    throw new Problem(415, `Send the body as ${types.join(" or ")}, got ${type ?? "no Content-Type"}`);
  },
};
