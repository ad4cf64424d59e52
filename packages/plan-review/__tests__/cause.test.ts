import { reviewOf } from "./plans";

const refers = (reference: string) => ({ vpc_id: { references: [reference, reference.replace(/\.id$/, "")] } });
const replaced = { before: { vpc_id: "vpc-1" }, after: {}, unknown: { vpc_id: true }, replacedFor: ["vpc_id"] };

test("a replacement is told by the one that it follows from, over any number of steps and stacks", async () => {
  const { stacks } = await reviewOf(
    {
      stack: "api",
      changes: [
        {
          ...replaced,
          type: "aws_security_group",
          name: "group",
          expressions: refers("data.terraform_remote_state.cross-stack-reference-input-network.outputs.subnet"),
        },
      ],
    },
    {
      stack: "network",
      outputs: { subnet: ["aws_subnet.subnet.id", "aws_subnet.subnet"] },
      changes: [
        {
          type: "aws_vpc",
          name: "vpc",
          before: { cidr_block: "a" },
          after: { cidr_block: "b" },
          replacedFor: ["cidr_block"],
        },
        { ...replaced, type: "aws_subnet", name: "subnet", expressions: refers("aws_vpc.vpc.id") },
      ],
    },
  );
  const causes = Object.fromEntries(
    stacks.flatMap(({ groups }) => groups.map(({ changes: [first], cause }) => [first.address, cause?.address])),
  );
  expect(causes).toEqual({
    "aws_vpc.vpc": undefined,
    "aws_subnet.subnet": "aws_vpc.vpc",
    "aws_security_group.group": "aws_vpc.vpc",
  });
});

test("two resources that refer to each other end the search", async () => {
  const { stacks } = await reviewOf({
    changes: [
      { ...replaced, type: "aws_subnet", name: "one", expressions: refers("aws_subnet.other.id") },
      { ...replaced, type: "aws_subnet", name: "other", expressions: refers("aws_subnet.one.id") },
    ],
  });
  expect(stacks.flatMap(({ changes }) => changes)).toHaveLength(2);
});

test("a resource stands after those it refers to, one that goes stands last", async () => {
  const { stacks } = await reviewOf({
    changes: [
      { type: "aws_sns_topic", name: "gone", before: { a: 1 } },
      { type: "aws_subnet", name: "subnet", after: { a: 1 }, expressions: refers("aws_vpc.vpc.id") },
      { type: "aws_vpc", name: "vpc", after: { a: 1 } },
    ],
  });
  expect(stacks.flatMap(({ changes }) => changes.map(({ address }) => address))).toEqual([
    "aws_vpc.vpc",
    "aws_subnet.subnet",
    "aws_sns_topic.gone",
  ]);
});
