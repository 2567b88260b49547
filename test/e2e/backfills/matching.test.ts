import { beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";
import { backfilled, customerOf, outcomes, reaching, resultsOf, rule, withCustomers } from "./scene.ts";

let stack: SharedStack;
beforeAll(async () => {
  stack = await sharedStack();
});

const invoice = (customer: string, amount: number) => ({
  ...{ externalId: `I-${customer}`, customerId: `external:${customer}`, amount, currency: "EUR" },
  ...{ issuedAt: "2026-01-01", dueAt: "2026-01-31", number: customer, state: "open" },
});

/** French with much to pay, French with little, and an American with much. */
async function company(): Promise<{ organization: ApiOrganization; agency: string }> {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  await withCustomers(organization, [
    { externalId: "much", name: "A", country: "FR" },
    { externalId: "little", name: "B", country: "FR" },
    { externalId: "abroad", name: "C", country: "US" },
  ]);
  const items = [invoice("much", 600_000), invoice("little", 1_000), invoice("abroad", 600_000)];
  await organization.api.post("/v1/bulk/invoices", { items });
  await organization.settled();
  return { organization, agency };
}

const inFrance = { field: "country", op: "is" as const, values: ["FR"] };

/** The outcome for each of the three. */
const MATCHING: { what: string; more: Partial<RuleDraft>; outcome: [much: string, little: string, abroad: string] }[] =
  [
    {
      what: "created",
      more: { trigger: { type: "customerCreated" }, filters: [inFrance] },
      outcome: ["changed", "changed", "skipped filters"],
    },
    {
      what: "created or updated",
      more: { trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true }, filters: [inFrance] },
      outcome: ["changed", "changed", "skipped filters"],
    },
    {
      what: "a threshold: whoever stands beyond it now, whenever the line was crossed",
      more: { trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 }, filters: [inFrance] },
      outcome: ["changed", "skipped trigger", "skipped filters"],
    },
    {
      what: "an empty delay, which stands beyond nothing",
      more: { trigger: { type: "averagePaymentDelayThreshold", direction: "fallsBelow", value: 30 } },
      outcome: ["skipped trigger", "skipped trigger", "skipped trigger"],
    },
    {
      what: "a condition on what changed, which is never true",
      more: { filters: [{ field: "country", op: "changed", to: ["FR"] }] },
      outcome: ["skipped filters", "skipped filters", "skipped filters"],
    },
  ];

describe("who matches", () => {
  it.each(MATCHING)("$what", async ({ more, outcome: [much, little, abroad] }) => {
    const { organization, agency } = await company();
    const [id] = await organization.activate(rule("Rule", agency, more));
    const backfill = await backfilled(organization, { ruleIds: [id] });
    expect(await outcomes(organization, backfill.id)).toEqual({ much, little, abroad });
    const { total, done, changed, unchanged, failed, skipped } = backfill.progress;
    const all = changed + unchanged + failed + Object.values(skipped).reduce((sum, count) => sum + count, 0);
    expect([total, done, all]).toEqual([3, 3, 3]);
    expect((await customerOf(organization, "much")).workflowId).toBe(much === "changed" ? agency : null);
  });

  it("a filter of its own narrows the scope", async () => {
    const { organization, agency } = await company();
    const [id] = await organization.activate(rule("Rule", agency));
    const backfill = await backfilled(organization, { ruleIds: [id], filter: [inFrance] });
    expect(backfill.progress).toMatchObject({ total: 2, done: 2, changed: 2 });
    expect((await customerOf(organization, "abroad")).workflowId).toBeNull();
  });
});

describe("who wins", () => {
  it("an earlier active rule that is not in scope keeps its slots, one that is lower in the list does not", async () => {
    const { organization, agency } = await company();
    const other = await organization.workflow("Other");
    const [above, own] = await organization.activate(
      rule("Above", other, { filters: [inFrance] }),
      rule("Own", agency),
      rule("Below", other),
    );
    const backfill = await backfilled(organization, { ruleIds: [own] });
    expect(backfill.progress).toMatchObject({ changed: 1, skipped: { lostTo: 2 } });
    const results = await resultsOf(organization, backfill.id);
    expect(results.much?.rules).toMatchObject([
      { ruleId: own, reason: "lostTo", lostTo: { ruleId: above, name: "Above" } },
    ]);
    expect((await customerOf(organization, "much")).workflowId).toBeNull();
    expect((await customerOf(organization, "abroad")).workflowId).toBe(agency);
  });

  it("all active rules act together, in list order, and make one change", async () => {
    const { organization, agency } = await company();
    const card = (await organization.api.post<{ id: string }>("/v1/payment_methods", { name: "Card", kind: "card" }))
      .id;
    const other = await organization.workflow("Other");
    await organization.activate(
      rule("First", agency, { filters: [inFrance] }),
      rule("Second", other),
      rule("Third", agency, { actions: [{ type: "assignPaymentMethods", paymentMethodIds: [card], mode: "add" }] }),
    );
    const before = await customerOf(organization, "much");
    const backfill = await backfilled(organization, { allActiveRules: true });
    expect(backfill.progress).toMatchObject({ total: 3, changed: 3 });
    await organization.settled();
    const much = await customerOf(organization, "much");
    expect(much).toMatchObject({ workflowId: agency, paymentMethods: [{ id: card }], version: before.version + 1 });
    expect(await customerOf(organization, "abroad")).toMatchObject({ workflowId: other });
    const { changes } = (await resultsOf(organization, backfill.id)).much!;
    expect(changes).toEqual([
      { slot: "workflow", from: null, to: agency },
      { slot: "paymentMethods", from: [], to: [card] },
    ]);
  });

  it("a slot that the API has set stays, and what stands already is unchanged", async () => {
    const { organization, agency } = await company();
    const [id] = await organization.activate(rule("Rule", agency));
    const other = await organization.workflow("Other");
    await organization.api.patch("/v1/customers/external:much", { workflowId: other });
    await organization.settled();
    await backfilled(organization, { ruleIds: [id], filter: [{ field: "externalId", op: "is", values: ["little"] }] });
    const backfill = await backfilled(organization, { ruleIds: [id] });
    expect(await outcomes(organization, backfill.id)).toMatchObject({
      ...{ much: "skipped overruled", abroad: "changed" },
      little: expect.stringMatching(/^unchanged/),
    });
    expect((await customerOf(organization, "much")).workflowId).toBe(other);
  });
});

it("activation applies a rule, or all active ones, to the customers that are there, and names the backfill", async () => {
  const { organization, agency } = await company();
  const other = await organization.workflow("Other");
  const first = (
    await organization.api.post<{ id: string }>("/v1/rules", rule("First", agency, { filters: [inFrance] }))
  ).id;
  const activated = await organization.api.post<{ status: string; backfillId: string }>(`/v1/rules/${first}/activate`, {
    applyToExisting: "thisRule",
  });
  expect(activated.status).toBe("active");
  await reaching(organization, activated.backfillId, "completed");
  expect(await customerOf(organization, "much")).toMatchObject({ workflowId: agency });
  expect(await customerOf(organization, "abroad")).toMatchObject({ workflowId: null });
  const second = (await organization.api.post<{ id: string }>("/v1/rules", rule("Second", other))).id;
  const all = await organization.api.post<{ backfillId: string }>(`/v1/rules/${second}/activate`, {
    applyToExisting: "allActiveRules",
  });
  const backfill = await reaching(organization, all.backfillId, "completed");
  expect(backfill.progress).toMatchObject({ total: 3, changed: 1 });
  expect(await customerOf(organization, "abroad")).toMatchObject({ workflowId: other });
});
