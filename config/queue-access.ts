/**
 * What a product's user of the queue may do, in the language of Redis's access lists
 * (https://valkey.io/topics/acl): the commands of BullMQ's scripts and of the rate limits, on keys and channels of its own
 * product alone. A test holds the list to the scripts of the installed BullMQ, and runs the services as such a user.
 */
const commands = [
  // What every connection asks and says of itself. AUTH and HELLO are for everybody.
  ...["info", "ping", "client|setname"],
  // Scripts, and several commands in one step.
  ...["eval", "evalsha", "multi", "exec"],
  // Waiting for a job.
  ...["bzpopmin", "xread"],
  ...["del", "exists", "expire", "persist", "pexpire", "pttl", "rename", "type"],
  ...["get", "incr", "incrby", "set"],
  ...["hdel", "hexists", "hget", "hgetall", "hincrby", "hlen", "hmget", "hmset", "hset"],
  ...["lindex", "llen", "lpop", "lpos", "lpush", "lrange", "lrem", "lset", "ltrim", "rpop", "rpoplpush", "rpush"],
  ...["sadd", "scard", "sismember", "smembers", "srem"],
  ...["xadd", "xtrim"],
  ...["zadd", "zcard", "zcount", "zpopmin", "zrange", "zrangebyscore", "zrem", "zremrangebyrank"],
  ...["zremrangebyscore", "zrevrange", "zrevrangebyscore", "zscore"],
] as const;

/** The access string of a product's user, as ElastiCache and `ACL SETUSER` take it. */
export function queueAccess(product: string): string {
  const allowed = commands.map((command) => `+${command}`).join(" ");
  return `on ~${product}:* resetchannels &${product}:* -@all ${allowed}`;
}
