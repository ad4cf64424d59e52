import { allows } from "../src/version-constraint";

// Of Terraform's documentation: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
test.each([
  ["6.25.0", "6.25.0", true],
  ["= 6.25", "6.25.1", false],
  ["!= 6.25.0", "6.25.0", false],
  [">= 5.0, < 7", "6.25.0", true],
  [">= 5.0, < 6.25", "6.25.0", false],
  ["> 6.24.9", "6.25.0", true],
  ["<= 6.25", "6.25.0", true],
  ["~> 1.0.4", "1.0.10", true],
  ["~> 1.0.4", "1.1.0", false],
  ["~> 1.1", "1.10.0", true],
  ["~> 1.1", "2.0.0", false],
  ["~> 1.1", "1.0.9", false],
  ["latest", "1.0.0", undefined],
  ["~> 1.0", "~> 1.0", undefined],
])("%s of %s: %s", (constraint, version, expected) => {
  expect(allows(constraint, version)).toBe(expected);
});
