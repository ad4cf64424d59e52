import { account, type Operation, type Request } from "./call";

/** STS: who calls, and roles to assume. */
export class Sts {
  operation({ body }: Request): Operation {
    const input = new URLSearchParams(body.toString());
    const action = input.get("Action") ?? "";
    const role = input.get("RoleArn") ?? "*";
    const session = input.get("RoleSessionName");
    return {
      action: `sts:${action}`,
      calls: [
        {
          action: `sts:${action}`,
          resource: role,
          context: session === null ? {} : { "sts:RoleSessionName": session },
        },
      ],
      answer: () =>
        `<${action}Response><${action}Result>${this.result(role, session)}</${action}Result></${action}Response>`,
    };
  }

  private result(role: string, session: string | null): string {
    const caller = `arn:aws:sts::${account}:assumed-role/stand-in/session`;
    const arn =
      role === "*" ? caller : `${role.replace(":role/", ":assumed-role/").replace(":iam:", ":sts:")}/${session}`;
    // The pair that the state backend of the rehearsal takes: a job's session works there too.
    const credentials =
      "<AccessKeyId>S3RVER</AccessKeyId><SecretAccessKey>S3RVER</SecretAccessKey><SessionToken>stand-in</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
    return `<Account>${account}</Account><Arn>${arn}</Arn><UserId>stand-in</UserId><Credentials>${credentials}</Credentials><AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>stand-in</AssumedRoleId></AssumedRoleUser>`;
  }
}
