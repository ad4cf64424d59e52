import { type AliasConfiguration, GetAliasCommand, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { liveAlias } from "../../config/names";
import { Failure } from "../../runtime/failure";
import { type FunctionWatch, overtaken } from "./function";

/** Where the alias sends requests. */
export interface Traffic {
  /** Receives what the candidate does not. */
  readonly version: string;
  /** Receives `share` of the requests, above 0 and below 1. */
  readonly candidate?: { readonly version: string; readonly share: number };
}

/** The alias `live`, as it was last seen: a change that anybody else makes since then is never overwritten. */
export class Alias {
  private constructor(
    private readonly watch: FunctionWatch,
    private seen: { readonly traffic: Traffic; readonly revision: string },
  ) {}

  static async read(watch: FunctionWatch): Promise<Alias> {
    return new Alias(watch, await look(watch));
  }

  get traffic(): Traffic {
    return this.seen.traffic;
  }

  /** Sends requests elsewhere. @throws Failure when somebody else has changed the alias since it was seen */
  async route(traffic: Traffic): Promise<void> {
    const { lambda, name } = this.watch;
    const { version, candidate } = traffic;
    try {
      const answer = await lambda.send(
        new UpdateAliasCommand({
          FunctionName: name,
          Name: liveAlias,
          FunctionVersion: version,
          RoutingConfig: { AdditionalVersionWeights: candidate ? { [candidate.version]: candidate.share } : {} },
          RevisionId: this.seen.revision,
        }),
      );
      this.seen = understand(name, answer);
    } catch (error) {
      if (!(error instanceof Error && error.name === "PreconditionFailedException")) throw error;
      // The refused change may be our own, sent twice because its answer was lost.
      const now = await look(this.watch);
      if (!sameTraffic(now.traffic, traffic)) throw overtaken(name);
      this.seen = now;
    }
  }
}

async function look({ lambda, name }: FunctionWatch) {
  return understand(name, await lambda.send(new GetAliasCommand({ FunctionName: name, Name: liveAlias })));
}

function understand(name: string, { FunctionVersion, RoutingConfig, RevisionId }: AliasConfiguration) {
  if (FunctionVersion === undefined || RevisionId === undefined) {
    throw new Failure(`Lambda described no version of ${name}:${liveAlias}: run the deployment again`);
  }
  const [weight] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const candidate = weight && { version: weight[0], share: weight[1] };
  return { traffic: { version: FunctionVersion, ...(candidate && { candidate }) }, revision: RevisionId };
}

function sameTraffic(a: Traffic, b: Traffic): boolean {
  return (
    a.version === b.version &&
    a.candidate?.version === b.candidate?.version &&
    a.candidate?.share === b.candidate?.share
  );
}
