import aws4 from "aws4";
import { cacheToken } from "../../runtime/cache-token";

const credentials = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "a session/token+with=signs",
};
let before: NodeJS.ProcessEnv;
beforeAll(() => {
  before = { ...process.env };
  Object.assign(process.env, credentials);
});
afterAll(() => {
  process.env = before;
});

test("a token is what another signer of AWS's makes for the same user, cache and second", async () => {
  const token = await cacheToken({ cache: "development-queue", user: "development-loyalty", region: "eu-west-1" });
  const given = new URL(`http://${token}`).searchParams;
  const fields = ["Action", "User", "X-Amz-Expires", "X-Amz-Date"].map((name): [string, string] => [
    name,
    given.get(name) ?? "",
  ]);
  const { path = "" } = aws4.sign(
    {
      service: "elasticache",
      region: "eu-west-1",
      host: "development-queue",
      path: `/?${new URLSearchParams(fields)}`,
      signQuery: true,
    },
    {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
      sessionToken: credentials.AWS_SESSION_TOKEN,
    },
  );
  const expected = new URL(path, "http://development-queue").searchParams;
  expect(Object.fromEntries(given)).toEqual(Object.fromEntries(expected));
  expect(given.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
});

test("a token is the request that ElastiCache's documentation shows: no scheme, the cache as its host, 15 minutes", async () => {
  const token = await cacheToken({ cache: "development-queue", user: "development-loyalty", region: "eu-west-1" });
  expect(token).toMatch(/^development-queue\/\?Action=connect&User=development-loyalty&/);
  expect(token).toContain("&X-Amz-Expires=900&");
  expect(token).toContain("%2Feu-west-1%2Felasticache%2Faws4_request");
  expect(token).toContain("X-Amz-Security-Token=a%20session%2Ftoken%2Bwith%3Dsigns");
});
