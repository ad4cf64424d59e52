/** What ElastiCache gives a node of the queue by its type. */

/**
 * Clients that a node accepts at once. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html, `maxclients`
 */
export function queueConnections(nodeType: string): number {
  if (/^cache\.(t2\.\w+|t3\.micro|t4g\.micro)$/.test(nodeType)) return 20_000;
  if (/^cache\.t3\.(small|medium)$/.test(nodeType)) return 46_000;
  return 65_000;
}

/**
 * Percent of a node's memory that is kept for snapshots and replication; small nodes need more.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html
 */
export function queueReservedMemory(nodeType: string): number {
  if (nodeType.endsWith(".micro")) return 50;
  return nodeType.endsWith(".small") ? 30 : 25;
}
