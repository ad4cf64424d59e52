import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { policyDocument, refusePlainHttp, type Statement } from "./policy";

export interface AlarmTopicProps {
  /** Must let cloudwatch.amazonaws.com use it. */
  readonly key: EncryptionKey;
  /** Who is told. */
  readonly emails: readonly string[];
  /** @default "alarms" */
  readonly name?: string;
  /** Who alone publishes; the key must let it. @default CloudWatch, for this account */
  readonly publisher?: Pick<Statement, "principals" | "conditions">;
  /** Whether rules of EventBridge publish too; the key must let it by `eventBridgeEncrypts`. @default false */
  readonly rules?: boolean;
}

/**
 * EventBridge publishes without a condition key, so neither policy can ask for one; the topic's names the topic alone.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
 */
export const eventBridge = { principals: { Service: "events.amazonaws.com" } };

/** What the key of a topic that rules of EventBridge publish to must let them do. */
export const eventBridgeEncrypts: Statement = {
  sid: "EventsEncrypt",
  ...eventBridge,
  actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
};

/** What a metric must not do. */
export interface AlarmProps {
  /** Named `<environment>-<name>`. */
  readonly name: string;
  /** What it means and where to look first. */
  readonly description: string;
  /** The page of docs/runbooks to open, without `.md`; the page says that this alarm fires. @default none treats it */
  readonly runbook?: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `p99` and the like, or Sum, Average, Maximum, Minimum. */
  readonly statistic: string;
  /** It alarms above this value; below it when `below` is set. */
  readonly threshold: number;
  /** @default false */
  readonly below?: boolean;
  /** Periods in a row. @default 5 */
  readonly minutes?: number;
  /** Minutes of a period. @default 1 */
  readonly period?: number;
  /** What it means that there is no data. @default "notBreaching": nothing happened */
  readonly silence?: "breaching" | "notBreaching";
  /** It tells nobody by itself: it is part of another. @default false */
  readonly silent?: boolean;
}

/** What alarms must not do all at once. */
export interface AlarmsTogetherProps extends Pick<AlarmProps, "name" | "description" | "runbook"> {
  readonly alarms: readonly CloudwatchMetricAlarm[];
}

/** Where alarms go: an encrypted topic that one service alone publishes to. */
export class AlarmTopic extends Construct {
  readonly arn: string;
  private readonly topic: SnsTopic;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const alarmsOfThisAccount = {
      principals: { Service: "cloudwatch.amazonaws.com" },
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    };
    const { key, emails, name = "alarms", publisher = alarmsOfThisAccount, rules = false } = props;
    this.topic = new SnsTopic(this, "topic", { name: stack.physicalName(name), kmsMasterKeyId: key.arn });
    this.arn = this.topic.arn;
    new SnsTopicPolicy(this, "policy", {
      arn: this.topic.arn,
      policy: policyDocument(
        {
          sid: "Publish",
          ...publisher,
          actions: ["sns:Publish"],
          resources: [this.topic.arn],
        },
        ...(rules
          ? [{ sid: "PublishEvents", ...eventBridge, actions: ["sns:Publish"], resources: [this.topic.arn] }]
          : []),
        refusePlainHttp(["sns:Publish"], this.topic.arn),
      ),
    });
    for (const [index, endpoint] of emails.entries()) {
      new SnsTopicSubscription(this, `email-${index}`, { topicArn: this.topic.arn, protocol: "email", endpoint });
    }
  }

  /** Raises and clears an alarm on a metric. */
  watch(scope: Construct, id: string, props: AlarmProps): CloudwatchMetricAlarm {
    const {
      name,
      namespace,
      metric,
      dimensions,
      statistic,
      threshold,
      below = false,
      minutes = 5,
      period = 1,
      silent = false,
      silence = "notBreaching",
    } = props;
    return new CloudwatchMetricAlarm(scope, id, {
      alarmName: PlatformStack.of(this).physicalName(name),
      alarmDescription: described(props),
      namespace,
      metricName: metric,
      dimensions: { ...dimensions },
      ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
      comparisonOperator: below ? "LessThanThreshold" : "GreaterThanThreshold",
      threshold,
      period: period * 60,
      evaluationPeriods: minutes,
      treatMissingData: silence,
      ...(!silent && this.told()),
    });
  }

  /** Raises an alarm while all of several are raised. */
  watchTogether(scope: Construct, id: string, props: AlarmsTogetherProps): void {
    const { name, alarms } = props;
    new CloudwatchCompositeAlarm(scope, id, {
      alarmName: PlatformStack.of(this).physicalName(name),
      alarmDescription: described(props),
      alarmRule: alarms.map(({ alarmName }) => `ALARM("${alarmName}")`).join(" AND "),
      ...this.told(),
    });
  }

  private told() {
    return { alarmActions: [this.topic.arn], okActions: [this.topic.arn] };
  }
}

/** The mail of an alarm holds its description: it says what to open. */
const described = ({ description, runbook }: Pick<AlarmProps, "description" | "runbook">) =>
  runbook === undefined ? description : `${description}. Runbook: docs/runbooks/${runbook}.md`;
