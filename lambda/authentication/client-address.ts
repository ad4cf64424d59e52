import { isIP } from "node:net";
import type { Context } from "hono";
import type { Connection } from "../../runtime/http-server";

/** The address of the client that made a request. */
export type ClientAddress = (context: Context) => string;

/**
 * The peer's address, or, when the peer is a trusted proxy, the one that this proxy saw: the last of X-Forwarded-For.
 * What is before it came from the client and says nothing.
 */
export function clientAddress(trustedProxies: readonly string[], peer: ClientAddress = peerAddress): ClientAddress {
  const trusted = new Set(trustedProxies.map(plain));
  return (context) => {
    const address = plain(peer(context));
    if (!trusted.has(address)) return address;
    const forwarded = plain(context.req.header("x-forwarded-for")?.split(",").at(-1) ?? "");
    return isIP(forwarded) === 0 ? address : forwarded;
  };
}

/** What nginx's set_real_ip_from calls every peer that came through a Unix socket: it has no address. */
const unixSocket = "unix:";

const peerAddress: ClientAddress = (context) => {
  const { address, throughSocket }: Connection = context.env;
  return throughSocket ? unixSocket : (address ?? "unknown");
};

/** A dual-stack socket shows an IPv4 peer as ::ffff:192.0.2.1. */
const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
