import { createHash } from "node:crypto";
import { AwsError, arn, type Call, json, type Operation, type Request, text } from "./call";
import { readCalls, type S3 } from "./s3";

interface Version {
  readonly sha256: string;
  /** Looks until Lambda has made it ready. */
  pending: number;
  warm?: { count: number; pending: number };
}

interface Alias {
  version: string;
  weights: Record<string, number>;
  revision: number;
}

/** One function with Lambda's own rules for revisions, versions, aliases and warm instances. */
export class LambdaFunction {
  latest = { sha256: "first", revision: 1, updating: 0, failure: undefined as string | undefined };
  readonly versions = new Map<string, Version>([["1", { sha256: "first", pending: 0 }]]);
  readonly alias: Alias = { version: "1", weights: {}, revision: 1 };
  /** Requests that reach the function between two looks at its metrics. */
  requests = 0;
  /** What goes wrong by version: the share of requests that it answers with a 5xx, or never answers. */
  readonly failing = new Map<string, { readonly share: number; readonly how: "answered" | "unanswered" }>();
  /** Every state that the alias had: `1`, `1 10% 2`, `2`. */
  readonly history: string[] = ["1"];

  /** Share of the requests that a version receives. */
  shareOf(version: string): number {
    const others = Object.values(this.alias.weights).reduce((total, weight) => total + weight, 0);
    return this.alias.weights[version] ?? (this.alias.version === version ? 1 - others : 0);
  }

  route(version: string, weights: Record<string, number>): void {
    Object.assign(this.alias, { version, weights, revision: this.alias.revision + 1 });
    const shares = Object.entries(weights).map(([candidate, share]) => ` ${share * 100}% ${candidate}`);
    this.history.push(version + shares.join(""));
  }
}

type Handle = (target: LambdaFunction, input: Record<string, unknown>, qualifier: string) => unknown;

const routes: readonly (readonly [string, RegExp, string])[] = [
  ["GET", /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, "GetFunctionConfiguration"],
  ["PUT", /^\/2015-03-31\/functions\/([^/]+)\/code$/, "UpdateFunctionCode"],
  ["POST", /^\/2015-03-31\/functions\/([^/]+)\/versions$/, "PublishVersion"],
  ["GET", /^\/2015-03-31\/functions\/([^/]+)\/versions$/, "ListVersionsByFunction"],
  ["DELETE", /^\/2015-03-31\/functions\/([^/]+)$/, "DeleteFunction"],
  ["GET", /^\/2015-03-31\/functions\/([^/]+)\/aliases\/live$/, "GetAlias"],
  ["PUT", /^\/2015-03-31\/functions\/([^/]+)\/aliases\/live$/, "UpdateAlias"],
  ["PUT", /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency$/, "PutProvisionedConcurrencyConfig"],
  ["GET", /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency$/, "GetProvisionedConcurrencyConfig"],
  ["DELETE", /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency$/, "DeleteProvisionedConcurrencyConfig"],
];

export class Lambda {
  readonly functions = new Map<string, LambdaFunction>();
  /** Of the account, for all functions together. */
  concurrency = 1_000;

  constructor(private readonly s3: S3) {}

  add(name: string): LambdaFunction {
    const created = new LambdaFunction();
    this.functions.set(name, created);
    return created;
  }

  operation(request: Request): Operation {
    if (request.path.startsWith("/2016-08-19/account-settings")) {
      const action = "lambda:GetAccountSettings";
      const answer = () => ({ AccountLimit: { ConcurrentExecutions: this.concurrency } });
      return { action, calls: [{ action, resource: "*", context: {} }], answer };
    }
    const [action, name] = understand(request);
    const qualifier = request.query.get("Qualifier") ?? "";
    const input = json(request);
    const resource = arn("lambda", `function:${name}${qualifier && `:${qualifier}`}`);
    const calls: Call[] = [{ action: `lambda:${action}`, resource, context: {} }];
    if (action === "UpdateFunctionCode") calls.push(...readCalls(text(input.S3Bucket), text(input.S3Key)));
    return {
      action: `lambda:${action}`,
      calls,
      answer: () => {
        const target = this.functions.get(name);
        if (target === undefined)
          throw new AwsError("ResourceNotFoundException", `Function not found: ${resource}`, 404);
        return this.handlers[action]?.(
          target,
          { Marker: request.query.get("Marker") ?? undefined, ...input },
          qualifier,
        );
      },
    };
  }

  private readonly handlers: Readonly<Record<string, Handle>> = {
    GetFunctionConfiguration: ({ latest, versions }, _input, qualifier) => {
      if (qualifier) {
        const version = versions.get(qualifier);
        if (version === undefined) throw notFound(qualifier);
        version.pending -= 1;
        return { Version: qualifier, CodeSha256: version.sha256, State: version.pending >= 0 ? "Pending" : "Active" };
      }
      latest.updating -= 1;
      const LastUpdateStatus = latest.updating >= 0 ? "InProgress" : latest.failure ? "Failed" : "Successful";
      return {
        CodeSha256: latest.sha256,
        RevisionId: `r${latest.revision}`,
        State: "Active",
        LastUpdateStatus,
        LastUpdateStatusReason: latest.failure,
      };
    },
    UpdateFunctionCode: ({ latest }, { S3Bucket, S3Key, RevisionId }) => {
      if (latest.updating > 0) throw new AwsError("ResourceConflictException", "An update is in progress", 409);
      if (RevisionId !== undefined && RevisionId !== `r${latest.revision}`) throw preconditionFailed();
      const zip = this.s3.objects.get(`${S3Bucket}/${S3Key}`);
      if (zip === undefined) throw new AwsError("InvalidParameterValueException", "Error occurred while GetObject");
      latest.sha256 = createHash("sha256").update(zip).digest("base64");
      latest.revision += 1;
      latest.updating = 1;
      return { CodeSha256: latest.sha256, RevisionId: `r${latest.revision}`, LastUpdateStatus: "InProgress" };
    },
    PublishVersion: ({ latest, versions }, { CodeSha256 }) => {
      if (CodeSha256 !== latest.sha256) {
        throw new AwsError(
          "InvalidParameterValueException",
          `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256`,
        );
      }
      // Lambda publishes nothing when neither code nor settings have changed since the last version.
      const last = [...versions.keys()].at(-1) ?? "0";
      if (versions.get(last)?.sha256 === latest.sha256) return { Version: last };
      const Version = String(Number(last) + 1);
      versions.set(Version, { sha256: latest.sha256, pending: 1 });
      return { Version };
    },
    ListVersionsByFunction: ({ versions }, { Marker }) => {
      // Two a page, with Lambda's own entry for what is not published.
      const all = ["$LATEST", ...versions.keys()];
      const first = Number(Marker ?? 0);
      const page = all.slice(first, first + 2).map((Version) => ({ Version }));
      return { Versions: page, ...(first + 2 < all.length && { NextMarker: String(first + 2) }) };
    },
    DeleteFunction: ({ versions, alias }, _input, qualifier) => {
      if (alias.version === qualifier || qualifier in alias.weights) {
        throw new AwsError("ResourceConflictException", `Unable to delete version because an alias references it`, 409);
      }
      if (!versions.delete(qualifier)) throw notFound(qualifier);
      return undefined;
    },
    GetAlias: ({ alias }) => describe(alias),
    UpdateAlias: (target, input) => {
      const { alias, versions } = target;
      if (input.RevisionId !== undefined && input.RevisionId !== `a${alias.revision}`) throw preconditionFailed();
      const weights = weightsOf(input.RoutingConfig);
      const version = text(input.FunctionVersion);
      for (const named of [version, ...Object.keys(weights)]) if (!versions.has(named)) throw notFound(named);
      target.route(version, weights);
      return describe(alias);
    },
    PutProvisionedConcurrencyConfig: ({ versions }, { ProvisionedConcurrentExecutions }, qualifier) => {
      const version = versions.get(qualifier);
      if (version === undefined) throw notFound(qualifier);
      version.warm = { count: Number(ProvisionedConcurrentExecutions), pending: 1 };
      return { Status: "IN_PROGRESS" };
    },
    GetProvisionedConcurrencyConfig: ({ versions }, _input, qualifier) => {
      const warm = versions.get(qualifier)?.warm;
      if (warm === undefined) throw new AwsError("ProvisionedConcurrencyConfigNotFoundException", qualifier, 404);
      warm.pending -= 1;
      return { Status: warm.pending >= 0 ? "IN_PROGRESS" : "READY" };
    },
    ListProvisionedConcurrencyConfigs: ({ versions }) => ({
      ProvisionedConcurrencyConfigs: [...versions].flatMap(([version, { warm }]) =>
        warm ? [{ FunctionArn: arn("lambda", `function:any:${version}`) }] : [],
      ),
    }),
    DeleteProvisionedConcurrencyConfig: ({ versions }, _input, qualifier) => {
      delete versions.get(qualifier)?.warm;
      return undefined;
    },
  };
}

function understand({ method, path, query }: Request): readonly [action: string, name: string] {
  for (const [verb, pattern, action] of routes) {
    const name = pattern.exec(path)?.[1];
    if (verb !== method || name === undefined) continue;
    return [query.get("List") === "ALL" ? "ListProvisionedConcurrencyConfigs" : action, decodeURIComponent(name)];
  }
  throw new AwsError("UnknownOperationException", `${method} ${path}`, 404);
}

function describe({ version, weights, revision }: Alias) {
  return {
    Name: "live",
    FunctionVersion: version,
    RevisionId: `a${revision}`,
    ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
  };
}

function weightsOf(routing: unknown): Record<string, number> {
  const weights: unknown =
    typeof routing === "object" && routing !== null ? Reflect.get(routing, "AdditionalVersionWeights") : undefined;
  return Object.fromEntries(Object.entries(weights ?? {}).map(([version, share]) => [version, Number(share)]));
}

const notFound = (what: string) => new AwsError("ResourceNotFoundException", `not found: ${what}`, 404);
const preconditionFailed = () =>
  new AwsError("PreconditionFailedException", "The RevisionId provided does not match the latest RevisionId", 412);
