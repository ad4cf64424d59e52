import type * as z from "zod";
import type { services } from "../../config/services";
import { Environment as Authentication } from "../../lambda/authentication/environment";
import { FunctionEnvironment } from "../../lambda/preferences/environment";
import { ProcessEnvironment } from "../../lambda/preferences/process-environment";
import { Environment as Transactions } from "../../lambda/transactions/environment";
import { Environment as Loyalty } from "../../worker/loyalty/environment";

type ServiceName = (typeof services)[number]["name"];

/** The schema with which each service reads its environment; where its Lambda reads another, that one too. */
export const environments: Readonly<Record<ServiceName, readonly z.core.$ZodType[]>> = {
  preferences: [ProcessEnvironment, FunctionEnvironment],
  authentication: [Authentication],
  transactions: [Transactions],
  loyalty: [Loyalty],
};
