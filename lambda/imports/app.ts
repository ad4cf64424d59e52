import { database } from "../../runtime/database";
import { imports } from "../../runtime/imports";
import { eventsService } from "../../runtime/service";
import { importLimitVariables } from "./import-limits";
import { importObject } from "./import-object";
import { objectsOf } from "./imports-bucket";

export default eventsService({
  name: "imports",
  description: "Imports people's consents from large files",
  uses: { database, imports },
  variables: importLimitVariables,
  create({ onEvent, asProcess, database, imports, variables: limits, logger }) {
    onEvent(async (event, timeLeft) => {
      const delivery = { database, s3: await imports.client(), logger, limits, timeLeft };
      for (const object of objectsOf(event)) await importObject(delivery, object);
    });
    const { toWatch } = imports;
    if (toWatch === undefined) return;
    asProcess(async () => {
      const { watchImports } = await import("./watch-imports");
      return watchImports({ database, s3: await imports.client(), logger, limits }, toWatch).stop;
    });
  },
});
