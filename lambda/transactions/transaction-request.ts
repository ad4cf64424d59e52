import * as z from "../../runtime/schema";
import { currencies } from "./currency";

/** The largest amount of one transaction, in minor units. */
const maximumAmount = 1_000_000_000_000;

const amountRule = `amount must be a whole number of minor units from 1 to ${maximumAmount}`;

/** A form has only texts, so digits are as good as a number. */
const amount = z
  .union(
    [z.number(), z.pipe(z.string().check(z.regex(/^\d{1,13}$/)), z.transform(Number))],
    `${amountRule}, without sign, dot or exponent`,
  )
  .check(z.refine((value) => Number.isInteger(value) && value >= 1 && value <= maximumAmount, amountRule));

const currency = z
  .string("currency is missing or not a text")
  .check(
    z.refine((code) => currencies.has(code), "currency must be a code of ISO 4217 in capital letters, such as GBP"),
  );

export const TransactionBody = z.object(
  {
    token: z
      .optional(z.string("token must be a text"))
      .check(z.describe("The token; or send it as Authorization: Bearer.")),
    amount: amount.check(z.describe("Minor units: 2000 is 20.00 GBP.")),
    currency: currency.check(z.describe("ISO 4217.")),
  },
  "send an object",
);

export const TransactionHeaders = z.object({
  authorization: z.optional(z.string()),
  "idempotency-key": z
    .optional(
      z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/, "Idempotency-Key must be 1 to 255 visible ASCII characters")),
    )
    .check(
      z.describe("Send the same key again to learn what became of the first request, without a second transaction."),
    ),
});

export const TransactionAnswer = z
  .strictObject({ id: z.uuid(), user_id: z.int(), amount: z.int(), currency: z.string() })
  .check(z.meta({ id: "Transaction" }));

export const BalanceAnswer = z
  .strictObject({
    user_id: z.int(),
    stamps: z.int().check(z.describe("All stamps ever earned.")),
    vouchers: z.int().check(z.describe("All vouchers ever earned.")),
    transactions: z
      .array(
        z.strictObject({
          id: z.uuid(),
          amount: z.int(),
          currency: z.string(),
          accepted_at: z.iso.datetime(),
          awarded_at: z.nullable(z.iso.datetime()).check(z.describe("Null until a worker has awarded it.")),
          stamps: z.nullable(z.int()),
        }),
      )
      .check(z.describe("The latest 20, newest first.")),
  })
  .check(z.meta({ id: "Balance" }));
