import { entries, InputError, type Module } from "@platform/terraform";

/** Of 2,000,000 instances Terraform 1.11 takes 6.5 GB before the first plan, and it ends for no signal but SIGKILL. */
const most = 1_000_000;
const gigabytes = (count: number) => Math.ceil((count * 3.2) / 1_000_000);

/** @throws {InputError} when a module writes a count out that this machine's memory is not enough for */
export function refuseHugeCounts({ configuration }: Module): void {
  for (const section of ["resource", "data"]) {
    for (const [type, name, { count }] of entries(configuration[section])) {
      if (typeof count !== "number" || count <= most) continue;
      throw new InputError(
        `${section === "data" ? "data." : ""}${type}.${name} has a count of ${count}: Terraform would need some ${gigabytes(count)} GB of memory to plan it`,
      );
    }
  }
}
