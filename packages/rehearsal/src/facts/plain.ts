import { createHash } from "node:crypto";
import { type Facts, noFacts, schemaOf, templatesOf, type ValueContext } from "./facts";

/** Characters drawn from an alphabet, always the same ones for one resource. */
function drawn(context: ValueContext, alphabet: string, length: number): string {
  let text = "";
  for (let index = 0; text.length < length; index++) {
    const digest = createHash("sha256")
      .update(`${context.hex(32)} ${index}`)
      .digest();
    for (const byte of digest) text += alphabet.charAt(byte % alphabet.length);
  }
  return text.slice(0, length);
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const count = (context: ValueContext, attribute: string, otherwise: number) =>
  Number(context.attribute(attribute) ?? otherwise);
const text = (context: ValueContext) => drawn(context, alphanumeric, count(context, "length", 16));
const bytes = (context: ValueContext) =>
  createHash("shake256", { outputLength: count(context, "byte_length", 8) })
    .update(context.hex(32))
    .digest();

const everyAttribute = () => "replaces" as const;

/** hashicorp/random: every argument is kept for the life of the resource, so that a change draws anew. */
export const random: Facts = {
  ...noFacts,
  replacement: everyAttribute,
  schema: schemaOf(
    {
      random_password: "lower upper number numeric special min_lower min_upper min_numeric min_special",
      random_string: "lower upper number numeric special min_lower min_upper min_numeric min_special",
      random_shuffle: "result_count",
    },
    { random_password: "result bcrypt_hash" },
  ),
  planned: {
    random_password: textDefaults(),
    random_string: textDefaults(),
  },
  resources: templatesOf({
    random_id: {
      id: "{b64_url}",
      hex: (context) => bytes(context).toString("hex"),
      dec: (context) => BigInt(`0x${bytes(context).toString("hex")}`).toString(),
      b64_std: (context) => bytes(context).toString("base64"),
      b64_url: (context) => bytes(context).toString("base64url"),
    },
    random_password: { id: "none", result: text, bcrypt_hash: "$2a$10$.{hex:52}" },
    random_string: { id: "{result}", result: text },
    random_pet: { id: "{hex:6}-{hex:6}" },
    random_uuid: { id: "{result}", result: "{uuid}" },
    random_integer: {
      id: "{result}",
      result: (context) => {
        const [min, max] = [count(context, "min", 0), count(context, "max", 0)];
        return min + (Number.parseInt(context.hex(8), 16) % (max - min + 1));
      },
    },
    random_shuffle: { id: "-", result: (context) => context.attribute("input") },
  }),
};

function textDefaults() {
  const no = () => 0;
  const yes = () => true;
  const classes = { lower: yes, upper: yes, number: yes, numeric: yes, special: yes };
  return { ...classes, min_lower: no, min_upper: no, min_numeric: no, min_special: no };
}

export const nullProvider: Facts = {
  ...noFacts,
  replacement: everyAttribute,
  resources: templatesOf({ null_resource: { id: ({ hex }) => String(Number.parseInt(hex(12), 16)) } }),
};

/** hashicorp/http: nothing is asked, and what is there answers. */
export const http: Facts = { ...noFacts, data: templatesOf({ http: { id: "{url}", status_code: "200" } }) };

const pem = (label: string) => (context: ValueContext) =>
  `-----BEGIN ${label}-----\n${drawn(context, alphanumeric, 64)}\n-----END ${label}-----\n`;

/** hashicorp/tls: text in the form of keys and certificates; no key is ever generated. */
export const tls: Facts = {
  ...noFacts,
  replacement: everyAttribute,
  schema: schemaOf(
    { tls_private_key: "ecdsa_curve rsa_bits" },
    {
      tls_private_key: "private_key_pem private_key_openssh private_key_pem_pkcs8",
      tls_self_signed_cert: "private_key_pem",
      tls_cert_request: "private_key_pem",
      tls_locally_signed_cert: "ca_private_key_pem",
    },
  ),
  planned: { tls_private_key: { ecdsa_curve: "P224", rsa_bits: () => 2048 } },
  resources: templatesOf({
    tls_private_key: {
      id: "{hex:40}",
      private_key_pem: pem("PRIVATE KEY"),
      private_key_pem_pkcs8: pem("PRIVATE KEY"),
      private_key_openssh: pem("OPENSSH PRIVATE KEY"),
      public_key_pem: pem("PUBLIC KEY"),
      public_key_openssh: "ssh-rsa {hex:64}",
      public_key_fingerprint_md5: "{hex:32}",
      public_key_fingerprint_sha256: "SHA256:{hex:43}",
    },
    tls_self_signed_cert: { id: "{hex:40}", cert_pem: pem("CERTIFICATE") },
    tls_cert_request: { id: "{hex:40}", cert_request_pem: pem("CERTIFICATE REQUEST") },
    tls_locally_signed_cert: { id: "{hex:40}", cert_pem: pem("CERTIFICATE") },
  }),
};
