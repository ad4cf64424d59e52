import { gzipSync } from "node:zlib";
import type { AttackTable } from "../attack";
import { megabytes } from "../memory";

interface Bomb {
  readonly name: string;
  /** One member of the gzip file, before it is packed. */
  readonly member: Buffer;
  /** How often the file repeats it (RFC 1952, section 2.2). */
  readonly members: number;
  /** What the log says of the import's end. */
  readonly end: RegExp;
}

const repeated = (text: string, bytes: number) => Buffer.alloc(bytes, text);
const limited = (name: string) => new RegExp(`nothing imported.*${name}|${name}.*nothing imported`);

/** Small files that unpack to more than an import may take (docs/configuration.md). */
const bombs: readonly Bomb[] = [
  { name: "11 million empty lines", member: repeated("\n", 1_000_000), members: 11, end: limited("IMPORT_MAX_LINES") },
  {
    name: "11 million refused lines",
    member: repeated("x\n", 2_000_000),
    members: 11,
    end: limited("IMPORT_MAX_LINES"),
  },
  {
    name: "5 GB of long refused lines",
    member: repeated(`${"x".repeat(9_999)}\n`, 50_000_000),
    members: 100,
    end: limited("IMPORT_MAX_BYTES"),
  },
  {
    name: "1 GB without a line end",
    member: repeated("x", 50_000_000),
    members: 20,
    end: /import finished|nothing imported/,
  },
  {
    name: "200,000 refused lines, of which 10,000 are listed",
    member: repeated("{}\n", 300_000),
    members: 2,
    end: /"rejected":200000.*import finished/,
  },
];

/** Most that the service may take of the machine's memory, in MB. */
const memoryLimit = 400;

export const importBombs: AttackTable = {
  name: "import bombs",
  source: "CWE-409; CWE-400; OWASP API4:2023",
  attacks: bombs.map(({ name, member, members, end }, index) => ({
    name,
    async try(target) {
      const pid = await target.pidOf("imports");
      const packed = gzipSync(member);
      const said = await target.import(
        `bomb-${index}.ndjson.gz`,
        Buffer.concat(Array.from({ length: members }, () => packed)),
      );
      const peak = megabytes(pid, "peak");
      const faults = [
        !end.test(said) && `the log says ${said.slice(0, 300)}`,
        (await target.pidOf("imports")) !== pid && "the service ended",
        peak > memoryLimit && `the service took ${peak.toFixed(0)} MB, expected ${memoryLimit} at most`,
      ].filter(Boolean);
      return faults.length === 0 ? undefined : faults.join("; ");
    },
  })),
};
