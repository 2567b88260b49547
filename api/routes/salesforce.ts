import { z } from "@hono/zod-openapi";
import { type AccountOwnersResult, refusingOutOfRange, writeAccountOwners } from "../../db/writes/index.ts";
import { writeContextOf } from "../access.ts";
import { answered, forbidden, mistakeSchema, mistakesOf } from "../problems.ts";
import { MAX_BULK_BODY } from "../requestBody.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, externalId, text } from "../schemas.ts";
import { overruledList } from "./customerShapes.ts";

const MAX_ITEMS = 10_000;

const item = z
  .strictObject({ accountId: externalId, owners: z.array(text(320, 1)).max(1_000) })
  .openapi("AccountOwners", { example: { accountId: "0015g00000XyZ12AAB", owners: ["ann@acme.test"] } });

const result = z
  .object({
    index: z.int(),
    accountId: z.string().optional(),
    status: z.int().openapi({ description: "200 written, 404 no such account, 422 no owner is a user, 409 excluded." }),
    id: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
    errors: z.array(mistakeSchema).optional().openapi({ description: "Owners who are no users; the others are set." }),
    overruled: overruledList.optional(),
  })
  .openapi("AccountOwnersResult", {
    example: {
      index: 0,
      accountId: "0015g00000XyZ12AAB",
      status: 200,
      id: EXAMPLE_ID,
      errors: [{ path: "owners.1", message: "bob@acme.test is no user of this organization" }],
    },
  });
type Result = z.input<typeof result>;

export function salesforceRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: "/v1/integrations/salesforce/account_owners",
      tag: "Integrations",
      summary: "Set the users of customers from their Salesforce account owners",
      description:
        "With a key whose source is salesforce. `accountId` is the customer's externalId. Owners who are no users are told " +
        "and the others set; an empty list leaves nobody assigned.",
      right: "assignments",
      body: z.strictObject({ items: z.array(z.unknown()).min(1).max(MAX_ITEMS) }),
      documentedBody: z.strictObject({ items: z.array(item).min(1).max(MAX_ITEMS) }),
      maxBody: MAX_BULK_BODY,
      answers: { 200: z.object({ results: z.array(result) }) },
    },
    async ({ body, caller }, tx) => {
      if (caller.source !== "salesforce") throw forbidden("Only a key with source salesforce can set account owners.");
      const results: Result[] = [];
      const good: { index: number; item: z.output<typeof item> }[] = [];
      body.items.forEach((raw, index) => {
        const parsed = item.safeParse(raw);
        if (parsed.success) good.push({ index, item: parsed.data });
        else {
          const errors = answered(mistakesOf(parsed.error));
          results[index] = { index, status: 422, code: "invalid", message: "The item is invalid.", errors };
        }
      });
      if (good.length === 0) return { status: 200, body: { results } };
      const items = good.map(({ item }) => item);
      const outcome = await refusingOutOfRange(tx, writeContextOf(caller), (inner, context) =>
        writeAccountOwners(inner, context, items),
      );
      outcome.results.forEach((written, place) => {
        const { index, item } = good[place]!;
        results[index] = { index, accountId: item.accountId, ...shown(written, item.owners) };
      });
      return { status: 200, body: { results }, wake: outcome.wake };
    },
  );
}

function shown({ written, unknown }: AccountOwnersResult, owners: readonly string[]): Omit<Result, "index"> {
  const errors = unknown.map((place) => ({
    path: `owners.${place}`,
    message: `${owners[place]} is no user of this organization`,
  }));
  const told = errors.length === 0 ? {} : { errors };
  if (written === null) return { status: 422, code: "unknown_owners", message: "No owner is a user.", ...told };
  if (!written.ok) return { status: written.status, code: written.code, message: written.message, ...told };
  const { status, id, overruled } = written;
  return { status, id, ...told, ...(overruled.length === 0 ? {} : { overruled }) };
}
