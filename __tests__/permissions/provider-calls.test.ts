import { environments } from "../../config/environments";
import { realAccount } from "./account";
import { everyAuthorization, jobs, refusals } from "./refusals";

const account = realAccount();

describe.each(environments.map(({ name }) => name))("in %s", (environment) => {
  test.each(Object.keys(jobs))("AWS lets the role %s make every call of the Terraform provider", async (role) => {
    const asked = await everyAuthorization(account, environment, role);
    expect(asked.length).toBeGreaterThan(200);
    expect(await refusals(account, account.role(environment, role), asked)).toEqual([]);
  });
});
