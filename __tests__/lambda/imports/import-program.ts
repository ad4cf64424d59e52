import { importLimitVariables } from "../../../lambda/imports/import-limits";
import { importObject } from "../../../lambda/imports/import-object";
import { createDatabase, type Database, type Queries } from "../../../runtime/database";
import { createLogger } from "../../../runtime/logger";
import * as z from "../../../runtime/schema";
import { bucket, clientOf } from "./import-objects";

// A delivery in a process of its own, which dies by SIGKILL before the statement of which the test tells.
const { DATABASE_URL = "", S3_URL = "", KEY = "", BATCH, DIE_BEFORE = "", OCCURRENCE = "1" } = process.env;

const deadly = new RegExp(DIE_BEFORE);
let left = Number(OCCURRENCE);
const watched = ({ query }: Queries): Queries => ({
  query: (text, values) => {
    if (deadly.test(text)) left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return query(text, values);
  },
});

const logger = createLogger({ service: "test", level: "silent" });
const database = createDatabase({ DATABASE_URL, DATABASE_POOL_SIZE: 1 }, logger);
const s3 = clientOf(S3_URL);
const dying: Database = {
  ...database,
  ...watched(database),
  transaction: (work) => database.transaction((queries, client) => work(watched(queries), client)),
};
const limits = z.object(importLimitVariables).parse({});
await importObject({ database: dying, s3, logger, limits, batch: Number(BATCH) }, { bucket, key: KEY });
await database.close();
s3.destroy();
