import { database } from "../../runtime/database";
import { imports } from "../../runtime/imports";
import { eventsService } from "../../runtime/service";
import { importLimitVariables, TimeIsUpError } from "./import-limits";
import { noteToGoOn, objectBehind } from "./import-notes";
import { importObject } from "./import-object";
import { objectsOf } from "./imports-bucket";

export default eventsService({
  name: "imports",
  description: "Imports people's consents from large files",
  uses: { database, imports },
  variables: importLimitVariables,
  create({ onMessage, asProcess, database, imports, variables: limits, logger }) {
    onMessage(async (message, timeLeft) => {
      const s3 = await imports.client();
      for (const named of objectsOf(message)) {
        const object = await objectBehind(s3, named);
        await importObject({ database, s3, logger, limits, timeLeft }, object).catch((error: unknown) => {
          if (!(error instanceof TimeIsUpError)) throw error;
          return noteToGoOn(s3, object);
        });
      }
    });
    const { toWatch } = imports;
    if (toWatch === undefined) return;
    asProcess(async () => {
      const { watchImports } = await import("./watch-imports");
      return watchImports({ database, s3: await imports.client(), logger, limits }, toWatch).stop;
    });
  },
});
