import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Construct } from "constructs";
import { imageRepositoryName } from "../config/names";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";

export interface ImageRepositoryProps {
  /** The service whose images it holds. */
  readonly service: string;
  readonly key: EncryptionKey;
  /** Whether it is deleted with the images that are in it; otherwise somebody empties it first. */
  readonly deletedWithImages: boolean;
}

/** How many images are kept: each release is one, and a roll-back goes to one of the last. */
const kept = 30;

/** The images of one service: encrypted, scanned when they arrive; a tag means one image for ever. */
export class ImageRepository extends Construct {
  readonly url: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { service, key, deletedWithImages }: ImageRepositoryProps) {
    super(scope, id);
    const repository = new EcrRepository(this, "repository", {
      name: imageRepositoryName(PlatformStack.of(this).prefix, service),
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: key.arn }],
      forceDelete: deletedWithImages,
      tags: { service },
    });
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `The last ${kept} images`,
            selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: kept },
            action: { type: "expire" },
          },
        ],
      }),
    });
    this.url = repository.repositoryUrl;
    this.arn = repository.arn;
  }
}
