import * as z from "zod";
import type { ErrorForm } from "./problem";

/** The errors of the loyalty contract, which is older than problem details here: `{"error": "..."}`. */
export const PlainError = z.strictObject({ error: z.string() }).meta({ id: "Error" });

export const plainErrors: ErrorForm = {
  schema: PlainError,
  contentType: "application/json",
  response: ({ status, message, problems, headers }) => {
    const error = problems.length > 0 ? problems.map(({ detail }) => detail).join("; ") : message;
    return Response.json({ error }, { status, headers: { ...headers } });
  },
};
