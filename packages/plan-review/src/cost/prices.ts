/**
 * On-demand prices in eu-west-1, in US dollars, without tax, free tier or discounts; from AWS's public price pages, each
 * named beside its price. Written down on the date below: whoever changes a price changes the date.
 */
export const prices = {
  region: "eu-west-1",
  date: "2026-11-29",
  hour: {
    /** https://aws.amazon.com/vpc/pricing/ */
    natGateway: 0.048,
    publicAddress: 0.005,
    /** One in each zone. https://aws.amazon.com/privatelink/pricing/ */
    interfaceEndpoint: 0.011,
    /** Aurora Serverless v2, standard storage. https://aws.amazon.com/rds/aurora/pricing/ */
    auroraCapacityUnit: 0.14,
    /** For each ACU of the database, eight at least. https://aws.amazon.com/rds/proxy/pricing/ */
    proxyCapacityUnit: 0.018,
    /** For each GB kept warm, on arm64. https://aws.amazon.com/lambda/pricing/ */
    provisionedConcurrency: 0.000_003_333_4 * 3_600,
    /** On arm64. https://aws.amazon.com/fargate/pricing/ */
    taskCpu: 0.032_38,
    taskGigabyte: 0.003_56,
    /** A node of Valkey: a fifth less than one of Redis OSS. https://aws.amazon.com/elasticache/pricing/ */
    cacheNode: {
      "cache.t4g.micro": 0.0136,
      "cache.t4g.small": 0.028,
      "cache.t4g.medium": 0.0552,
      "cache.m7g.large": 0.1392,
      "cache.m7g.xlarge": 0.2776,
      "cache.r7g.large": 0.1944,
      "cache.r7g.xlarge": 0.388,
    },
  },
  month: {
    /** Rotated yearly, it costs as much again from its first rotation on, and once more from its second. https://aws.amazon.com/kms/pricing/ */
    key: 1,
    /** https://aws.amazon.com/waf/pricing/ */
    webAcl: 5,
    webAclRule: 1,
    /** Standard resolution, one metric. https://aws.amazon.com/cloudwatch/pricing/ */
    alarm: 0.1,
    compositeAlarm: 0.5,
    dashboard: 3,
    /** https://aws.amazon.com/secrets-manager/pricing/ */
    secret: 0.4,
    /** https://aws.amazon.com/route53/pricing/ */
    zone: 0.5,
    /** One in a list of the DNS firewall, same page. */
    firewallName: 0.000_5,
  },
  million: {
    /** Under a customer's key and not, beyond the first million of an account's month. https://aws.amazon.com/sqs/pricing/ */
    queueRequests: 0.4,
    /** The first 333 million of a month. https://aws.amazon.com/api-gateway/pricing/ */
    apiRequests: 3.5,
    firewallRequests: 0.6,
    functionRequests: 0.2,
    /** That the DNS firewall looks at; the first 1,000 million of a month. https://aws.amazon.com/route53/pricing/ */
    dnsQueries: 0.6,
    /** https://aws.amazon.com/xray/pricing/; one request in twenty is traced. */
    traces: 5 * 0.05,
  },
  /** A GB of memory for a second, on arm64. https://aws.amazon.com/lambda/pricing/ */
  functionGigabyteSecond: 0.000_013_333_4,
  /** A GB written to CloudWatch Logs. */
  logGigabyte: 0.57,
} as const;

/** The hours of a month by which AWS's own calculator reckons. */
export const hoursPerMonth = 730;

/** The proxy of a Serverless v2 database costs as much as one of eight ACU, however small it is. */
export const leastProxyCapacity = 8;
