import * as z from "zod";
import { currencies } from "./currency";

/** The largest amount of one transaction, in minor units. */
export const maximumAmount = 1_000_000_000_000;

const amountRule = `amount must be a whole number of minor units from 1 to ${maximumAmount}`;

/** A form has only texts, so digits are as good as a number. */
const amount = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d{1,13}$/)
        .transform(Number),
    ],
    `${amountRule}, without sign, dot or exponent`,
  )
  .refine((value) => Number.isInteger(value) && value >= 1 && value <= maximumAmount, amountRule);

const currency = z
  .string("currency is missing or not a text")
  .refine((code) => currencies.has(code), "currency must be a code of ISO 4217 in capital letters, such as GBP");

export const TransactionBody = z.object(
  {
    token: z.string("token must be a text").optional().describe("The token; or send it as Authorization: Bearer."),
    amount: amount.describe("Minor units: 2000 is 20.00 GBP."),
    currency: currency.describe("ISO 4217."),
  },
  "send an object",
);

export const TransactionHeaders = z.object({
  authorization: z.string().optional(),
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "Idempotency-Key must be 1 to 255 visible ASCII characters")
    .optional()
    .describe("Send the same key again to learn what became of the first request, without a second transaction."),
});

export const TransactionAnswer = z
  .strictObject({ id: z.uuid(), user_id: z.int(), amount: z.int(), currency: z.string() })
  .meta({ id: "Transaction" });

export const BalanceAnswer = z
  .strictObject({
    user_id: z.int(),
    stamps: z.int().describe("All stamps ever earned."),
    vouchers: z.int().describe("All vouchers ever earned."),
    transactions: z
      .array(
        z.strictObject({
          id: z.uuid(),
          amount: z.int(),
          currency: z.string(),
          accepted_at: z.iso.datetime(),
          awarded_at: z.iso.datetime().nullable().describe("Null until a worker has awarded it."),
          stamps: z.int().nullable(),
        }),
      )
      .describe("The latest 20, newest first."),
  })
  .meta({ id: "Balance" });
