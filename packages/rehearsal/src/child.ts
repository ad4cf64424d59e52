import { InputError } from "@platform/terraform";
import { startRehearsal } from "./rehearsal";

/** The offline cloud as a process of its own: it answers what in-child.ts asks, and ends with its parent. */
const rehearsal = await startRehearsal(process.env.REHEARSAL_DRIFT ? { drift: process.env.REHEARSAL_DRIFT } : {});

process.on("message", async (folder: string) => {
  try {
    const problem = (await rehearsal.prepare(folder)).find((stack) => stack.problem !== undefined)?.problem;
    if (problem !== undefined) throw new InputError(problem);
    process.send?.({ environment: rehearsal.environment() });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.send?.({ error: error.message });
  }
});
process.once("disconnect", async () => {
  await rehearsal.stop();
  process.exit(0);
});
process.send?.("ready");
