import { crossStackOutput, references } from "../src";

const expression = (text: string) => `\${${text}}`;

test("references are found in texts, lists and blocks, with what follows the name", () => {
  const found = references({
    vpc_id: expression("aws_vpc.main.id"),
    rules: [
      { zone: expression(`join("-", [data.aws_availability_zones.all.names[0], aws_subnet.a["x"].cidr_block])`) },
    ],
    plan: expression("data.external.plan[0].result.file"),
    name: "aws_vpc.main is only a name here",
  });
  expect([...found]).toEqual([
    { mode: "managed", type: "aws_vpc", name: "main", attributes: ["id"], path: ".id" },
    { mode: "data", type: "aws_availability_zones", name: "all", attributes: ["names"], path: ".names[0]" },
    { mode: "managed", type: "aws_subnet", name: "a", attributes: ["cidr_block"], path: '["x"].cidr_block' },
    { mode: "data", type: "external", name: "plan", attributes: ["result", "file"], path: "[0].result.file" },
  ]);
});

test("a reference to another stack's output names the stack and the output", () => {
  const [own, other] = references([
    expression("data.terraform_remote_state.mine.outputs.vpc"),
    expression("data.terraform_remote_state.cross-stack-reference-input-network.outputs.vpc-id"),
  ]);
  expect(own && crossStackOutput(own)).toBeUndefined();
  expect(other && crossStackOutput(other)).toEqual({ stack: "network", output: "vpc-id" });
});
