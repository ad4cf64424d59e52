/** A name's letters and digits alone, by which names of Go, CloudFormation and Terraform are told to be one. */
export const letters = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** A name as Terraform spells it: `KMSKeyID` -> kms_key_id */
export const snake = (name: string) =>
  name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
