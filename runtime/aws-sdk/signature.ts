import { defaultProvider } from "@aws-sdk/credential-provider-node";

export { SignatureV4 } from "@smithy/signature-v4";

/** This process's own credentials, renewed before they end: of a function's environment, of a container's endpoint. */
export const credentials = defaultProvider();
