import { AwsError, arn, json, type Operation, type Request, text } from "./call";

/** ECR: a token for the registry of the account, and what is in it. */
export class Ecr {
  /** A real registry, and who may use it as `user:password`. */
  registry = { url: "", login: "" };

  operation(action: string, request: Request): Operation {
    const { repositoryName, imageIds } = json(request);
    const repository = text(repositoryName);
    const resource = action === "GetAuthorizationToken" ? "*" : arn("ecr", `repository/${repository}`);
    const [image] = Array.isArray(imageIds) ? imageIds : [];
    return {
      action: `ecr:${action}`,
      calls: [{ action: `ecr:${action}`, resource, context: {} }],
      answer: () => {
        if (action === "BatchGetImage") return this.find(repository, text(image?.imageDigest));
        if (action !== "GetAuthorizationToken") throw new AwsError("UnknownOperationException", action);
        const { url, login } = this.registry;
        return {
          authorizationData: [
            { authorizationToken: Buffer.from(login).toString("base64"), proxyEndpoint: url, expiresAt: 4_102_444_800 },
          ],
        };
      },
    };
  }

  private async find(repository: string, imageDigest: string) {
    const { url, login } = this.registry;
    const answer = await fetch(`${url}/v2/${repository}/manifests/${imageDigest}`, {
      headers: {
        Authorization: `Basic ${Buffer.from(login).toString("base64")}`,
        Accept: "application/vnd.oci.image.manifest.v1+json",
      },
    });
    const imageManifest = await answer.text();
    return answer.ok
      ? { images: [{ repositoryName: repository, imageId: { imageDigest }, imageManifest }], failures: [] }
      : { images: [], failures: [{ imageId: { imageDigest }, failureCode: "ImageNotFound" }] };
  }
}
