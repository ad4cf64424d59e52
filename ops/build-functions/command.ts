import { functionBundle } from "../../config/names";
import { deployedFunctions, type Service } from "../../config/service";
import { services } from "../../config/services";
import { runProgram } from "../../runtime/program";
import { writeWhole } from "../program/write-whole";
import { zip } from "../program/zip";
import { bundleFunction } from "./function-bundle";

/** Bundles a service as a function and zips it, the same bytes for the same source. Returns what there is to tell. */
async function archive({ name, entry }: Pick<Service, "name" | "entry">): Promise<string> {
  const files = await bundleFunction(entry);
  const zipped = zip(files.map((file) => ({ name: file.name, content: file.contents })));
  await writeWhole(functionBundle(name), zipped);
  const unzipped = files.reduce((sum, { contents }) => sum + contents.byteLength, 0);
  return `built ${functionBundle(name)}: ${kilobytes(unzipped)}, zipped ${kilobytes(zipped.byteLength)}\n`;
}

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;

await runProgram(async () => {
  const built = await Promise.all(deployedFunctions(services).map(archive));
  process.stdout.write(built.join(""));
});
