import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const key = () => ({ id: randomBytes(9).toString("base64url"), secret: randomBytes(48).toString("base64url") });

/** Secrets Manager with the token secret alone: GetSecretValue of its JSON protocol, version 1.1. */
export async function startTokenSecret() {
  const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:development/token-key-AbCdEf";
  const asked: string[] = [];
  let current = key();
  let value: object = { current, previous: null, rotatedAt: "2026-11-01T00:00:00.000Z" };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { SecretId } = JSON.parse(body);
    asked.push(`${request.headers["x-amz-target"]} ${SecretId}`);
    const answer = { ARN: arn, Name: "development/token-key", SecretString: JSON.stringify(value) };
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    /** Operations and what they were about. */
    asked,
    variables: {
      JWT_SECRET_ID: arn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${typeof address === "object" && address?.port}`,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "a secret of this test",
    },
    /** Rotates the key long enough ago that it signs. */
    rotate() {
      const previous = current;
      current = key();
      value = { current, previous, rotatedAt: new Date(Date.now() - 10_000).toISOString() };
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
