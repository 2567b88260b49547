import { z } from "@hono/zod-openapi";
import type { Listed } from "../db/lists.ts";
import { isDay } from "../rules/customFields.ts";
import { MAX_AMOUNT } from "../rules/schema.ts";
import { COUNTRIES } from "./countries.ts";

/** Shapes that many routes share. Texts are kept as given, never trimmed. */

export const text = (max: number, min = 0) => z.string().min(min).max(max);
export const name = (max = 200) =>
  z
    .string()
    .max(max)
    .refine((value) => value.trim() !== "", "must not be empty")
    .openapi({ minLength: 1 });

/** An id of ours, or another way to name the thing such as `external:<externalId>`. */
export const reference = z.string().min(1).max(520);
export const externalId = z.string().min(1).max(500);
export const email = z
  .string()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/, "must be an email address");
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: "must be an ISO 4217 code such as EUR", abort: true })
  .refine((code) => CURRENCIES.has(code), "must be an ISO 4217 code such as EUR");
export const country = z
  .string()
  .refine((code) => COUNTRIES.has(code), "must be an upper-case ISO 3166 code such as FR");
export const timeZone = z.string().max(64).refine(isTimeZone, "must be a time zone such as Europe/Paris");

/** An ISO day between 1900 and 2999. */
export const day = z
  .string()
  .refine(isDay, "must be a day such as 2026-01-31, between 1900 and 2999")
  .openapi({ format: "date", example: "2026-01-31" });

/** An ISO instant with a time zone, or a day, which counts as its start in UTC. Between 1900 and 2999. */
export const instant = z
  .string()
  .max(40)
  .refine(isInstant, "must be an instant such as 2026-01-31T08:00:00Z, between 1900 and 2999")
  .transform((value) => new Date(value).toISOString())
  .openapi({ format: "date-time", example: "2026-01-31T08:00:00Z" });

/** Minor units within ±10^13. */
export const amount = z.int().min(-MAX_AMOUNT).max(MAX_AMOUNT);
/** The sum of many amounts: minor units within ±(2^53 − 1). */
export const total = z.int();
/** What can be owed or paid. */
export const positiveAmount = z.int().min(1).max(MAX_AMOUNT);

const wholeNumber = (min: number, max: number, absent: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(absent)
    .openapi({ type: "integer", minimum: min, maximum: max, default: absent });

/** Query parameters of every list. */
export const pageQuery = {
  offset: wholeNumber(0, 999_999_999, 0),
  limit: wholeNumber(1, 500, 50),
  updatedSince: instant.optional(),
};
export const pageOnly = z.strictObject(pageQuery);
export const flag = z
  .enum(["true", "false"])
  .transform((value) => value === "true")
  .openapi({ type: "boolean" });

/** Which way round a list of events goes. */
export const order = z.enum(["asc", "desc"]).default("asc").openapi({ description: "desc: newest first." });

export const idParams = z.object({ id: reference.openapi({ example: "external:C-1" }) });

/** The schema of a list's answer. */
export const listOf = <Plural extends string>(plural: Plural, item: z.ZodType) =>
  z.object({
    offset: z.int(),
    limit: z.int(),
    total: z.int().openapi({ description: "Exact up to 10,000." }),
    totalIsMore: z.literal(true).optional().openapi({ description: "There are more than `total`." }),
    [plural]: z.array(item),
  });

/** A list's answer. */
export function listAnswer<Row>(plural: string, page: { offset: number; limit: number }, listed: Listed<Row>) {
  return {
    status: 200,
    body: {
      offset: page.offset,
      limit: page.limit,
      total: listed.total,
      ...(listed.totalIsMore ? { totalIsMore: true } : {}),
      [plural]: listed.rows,
    },
  };
}

/** The list of what belongs to an unknown customer. */
export const emptyList = (plural: string, page: { offset: number; limit: number }) =>
  listAnswer(plural, page, { rows: [], total: 0, totalIsMore: false });

export const timestamps = { createdAt: z.string(), updatedAt: z.string() };
export const EXAMPLE_ID = "0197a1f0-5d3c-7a51-8f0e-0d8f6f7a1b11";
export const exampleTimes = { createdAt: "2026-01-05T09:00:00.000Z", updatedAt: "2026-01-05T09:00:00.000Z" };

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "" && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;

function isInstant(value: string): boolean {
  const day = INSTANT.exec(value)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(value));
}
