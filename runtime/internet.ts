import * as z from "./schema";
import { resource } from "./service";

/**
 * A fetch that asks some hosts and no other: what the network of AWS would not resolve fails here too. A redirect is an
 * error unless the caller takes it itself, for it could lead to any host, into the VPC too.
 * @param declaredIn where a host is named, for who reads the error
 */
export function fetchFrom(hosts: readonly string[], declaredIn: string): typeof globalThis.fetch {
  return async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (!hosts.includes(hostname)) {
      throw new Error(`${hostname} must be named in ${declaredIn}, which has ${hosts.join(", ") || "no host"}`);
    }
    return fetch(input, { ...init, redirect: init?.redirect === "manual" ? "manual" : "error" });
  };
}

/** The resource `internet`: calls the public hosts that the service's entry names, over HTTPS. */
export const internet = resource(
  z.object({
    INTERNET_HOSTS: z
      ._default(z.string(), "")
      .check(z.describe("Public hosts that the service may ask, with commas between; not set, it asks none")),
  }),
  ({ INTERNET_HOSTS }) =>
    fetchFrom(INTERNET_HOSTS.split(","), "INTERNET_HOSTS (hosts of the service's entry in config/services.ts)"),
);
