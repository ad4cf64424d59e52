import { findingLines } from "../src/findings";
import { toHtml } from "../src/render/html";
import { toMarkdown } from "../src/render/markdown";
import { toText } from "../src/render/text";
import { reasonsFor } from "../src/verdict";
import { reviewOf, stackPlan } from "./plans";

const group = (name: string) => ({ type: "aws_security_group", name, after: { name } });

test("what is created with one construct of a stack is one line; what is changed, or alone, has its own", () => {
  const plan = stackPlan({
    changes: [
      group("a"),
      group("b"),
      group("c"),
      { type: "aws_route", name: "kept", before: { a: 1 }, after: { a: 2 } },
      { type: "aws_sns_topic", name: "old", before: { a: 1 }, after: { a: 1 } },
    ],
  });
  const paths = ["orders/group", "orders/peer/group", "parcels/group", "orders/route"];
  const changes = plan.changes.map((change, index) => ({ ...change, path: paths[index] ?? change.path }));
  const network = reasonsFor([{ ...plan, changes }]).find(({ rule }) => rule === "network-change");
  if (network === undefined) throw new Error("nothing was found");
  expect(findingLines(network).map(({ where, findings }) => [where, findings.length])).toEqual([
    ["test-stack/orders", 2],
    ["test-stack/parcels/group", 1],
    ["test-stack/orders/route", 1],
  ]);
});

test("a wholly new stack is one line a rule, in every form; the page unfolds it", async () => {
  const found = await reviewOf({ changes: [group("a"), group("b"), group("c")] });
  expect(toText(found)).toContain("\n    test-stack 3 created with it\n");
  expect(toMarkdown(found)).toContain("`test-stack` 3 created with it");
  const page = toHtml(found);
  expect(page).toContain("<summary><code>test-stack</code> 3 created with it</summary>");
  expect(page.match(/aws_security_group<\/code> is created/g)).toHaveLength(3);
});

test("what stops is told one by one, however new", async () => {
  const open = (name: string) => ({
    type: "aws_vpc_security_group_ingress_rule",
    name,
    after: { cidr_ipv4: "0.0.0.0/0", from_port: 22, to_port: 22 },
  });
  const text = toText(await reviewOf({ changes: [open("a"), open("b")] }));
  expect(text.match(/0\.0\.0\.0\/0 to port 22/g)).toHaveLength(2);
});
