/** The names by which a machine reaches itself, with a port or without. */
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Whether a Host header names this machine. A page of another site can send requests to 127.0.0.1 under its own name (DNS
 * rebinding), so what listens there for this machine alone answers to these names alone.
 */
export const isLoopback = (host: string | undefined): boolean => host !== undefined && loopback.test(host);

/**
 * Whether a Host header names this machine, or this server as other containers know it.
 * @param name the server's name among containers. @default none
 */
export const isOwnHost = (host: string | undefined, name?: string): boolean =>
  isLoopback(host) || (name !== undefined && host?.replace(/:\d+$/, "") === name);
