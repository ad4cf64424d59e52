import type { Value } from "@platform/terraform";
import { TypeTable } from "./type-table";
import type { Rule } from "./value-rules";

/**
 * What the provider's own source says of a resource type. Paths have dots between names and no indexes; a list of paths is
 * one text with spaces.
 */
export interface ProviderType {
  /** Whether the type is of terraform-plugin-framework, and not of the older SDK. */
  readonly framework?: boolean;
  /** Attributes and blocks whose change replaces the resource. */
  readonly replaces?: string;
  /** Those of which only some changes do. */
  readonly sometimes?: string;
  /** Optional ones that the provider fills in. */
  readonly computed?: string;
  readonly sensitive?: string;
  readonly defaults?: Readonly<Record<string, Value>>;
  /** In the provider's words. */
  readonly deprecated?: Readonly<Record<string, string>>;
  /** Least and most elements; 0 is no limit. */
  readonly items?: Readonly<Record<string, readonly [number, number]>>;
  readonly conflicts?: Readonly<Record<string, string>>;
  readonly requires?: Readonly<Record<string, string>>;
  readonly exactlyOne?: readonly string[];
  readonly atLeastOne?: readonly string[];
  /** Of a list, a set or a map: of each element. */
  readonly values?: Readonly<Record<string, readonly Rule[]>>;
  /** Of a map's keys. */
  readonly keys?: Readonly<Record<string, readonly Rule[]>>;
}

export const providerTable = new TypeTable<ProviderType>("aws-provider.json");

/** Load balancers have two names in the provider: aws_alb_listener is aws_lb_listener. */
export const canonicalType = (type: string) => type.replace(/^aws_alb(?=$|_)/, "aws_lb");

/** @returns undefined for a type that a newer provider has */
export const providerType = (type: string): ProviderType | undefined =>
  providerTable.of(type) ?? providerTable.of(canonicalType(type));

/** The paths of a list in a text. */
export const words = (list: string | undefined): readonly string[] => list?.split(" ").filter(Boolean) ?? [];
