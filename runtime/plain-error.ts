import type { ErrorForm } from "./problem";
import * as z from "./schema";

/** The errors of the loyalty contract, which is older than problem details here: `{"error": "..."}`. */
const PlainError = z.strictObject({ error: z.string() }).check(z.meta({ id: "Error" }));

const plainErrors: ErrorForm = {
  schema: PlainError,
  contentType: "application/json",
  response: ({ status, message, problems, headers }) => {
    const error = problems.length > 0 ? problems.map(({ detail }) => detail).join("; ") : message;
    return Response.json({ error }, { status, headers: { ...headers } });
  },
};

/** How the services of loyalty write errors and health. */
export const plainForm = { errorForm: plainErrors, healthy: { healthy: true } };
