import { beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";
import {
  backfilled,
  customerOf,
  many,
  move,
  outcomes,
  reaching,
  readBackfill,
  refused,
  resultsOf,
  rule,
  startBackfill,
  withCustomers,
} from "./scene.ts";

let stack: SharedStack;
beforeAll(async () => {
  stack = await sharedStack();
});

const inCountry = (country: string) => ({ field: "country" as const, op: "is" as const, values: [country] });

/** Customers of three ratings: A paid 10 days late, D paid 120 days late, and one that has none. */
async function rated(): Promise<{ organization: ApiOrganization; agency: string }> {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  await withCustomers(
    organization,
    ["A", "D", "none"].map((externalId) => ({ externalId, name: externalId })),
  );
  const paid = (customer: string, paidAt: string) => ({
    ...{ externalId: `I-${customer}`, customerId: `external:${customer}`, amount: 1_000, currency: "EUR" },
    ...{ issuedAt: "2025-01-01", dueAt: "2025-01-31", state: "paid", paidAt },
  });
  await organization.api.post("/v1/bulk/invoices", { items: [paid("A", "2025-02-10"), paid("D", "2025-05-31")] });
  await organization.settled();
  return { organization, agency };
}

/** Whom a threshold rule matches that stand where they stand, and whom it does not. */
const BEYOND: { what: string; trigger: RuleDraft["trigger"]; matched: string[] }[] = [
  { what: "rating exceeds C", trigger: { type: "ratingThreshold", direction: "exceeds", value: "C" }, matched: ["A"] },
  {
    what: "rating falls below B",
    trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "B" },
    matched: ["D"],
  },
  {
    ...{ what: "delay exceeds 30 days", matched: ["D"] },
    trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 },
  },
  {
    ...{ what: "delay falls below 30 days", matched: ["A"] },
    trigger: { type: "averagePaymentDelayThreshold", direction: "fallsBelow", value: 30 },
  },
  {
    ...{ what: "outstanding falls below 100", matched: ["A", "D", "none"] },
    trigger: { type: "outstandingThreshold", direction: "fallsBelow", value: 100 },
  },
  {
    ...{ what: "outstanding exceeds a credit limit that nobody has", matched: [] },
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } },
  },
  {
    ...{ what: "a line that asks for days beyond it, which nobody counts here", matched: ["D"] },
    trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30, forDays: 7 },
  },
];

describe("who matches a backfill", () => {
  it("of a threshold stands beyond it now; an empty delay or rating never does", async () => {
    const { organization, agency } = await rated();
    const ids = await organization.activate(...BEYOND.map(({ what, trigger }) => rule(what, agency, { trigger })));
    for (const [index, { what, matched }] of BEYOND.entries()) {
      const { id } = await backfilled(organization, { ruleIds: [ids[index]], dryRun: true });
      const results = Object.values(await resultsOf(organization, id));
      // The dry run leaves the rules above their slots.
      const found = results.filter(({ reason }) => reason !== "trigger").map(({ externalId }) => externalId);
      expect([what, found.sort()]).toEqual([what, matched]);
    }
  });

  it("of several rules is whom any of them matches, each rule for itself, and none that is not named", async () => {
    const organization = await stack.organization();
    const [agency, other] = [await organization.workflow("Agency"), await organization.workflow("Other")];
    await withCustomers(
      organization,
      ["FR", "US", "DE", "IT"].map((country) => ({ externalId: country, name: country, country })),
    );
    const [french, american] = await organization.activate(
      rule("French", agency, { filters: [inCountry("FR")] }),
      rule("American", other, { filters: [inCountry("US")] }),
      rule("German", agency, { filters: [inCountry("DE")] }),
    );
    const backfill = await backfilled(organization, { ruleIds: [french, american] });
    expect(backfill.progress).toMatchObject({ total: 4, done: 4, changed: 2, skipped: { filters: 2 }, failed: 0 });
    expect(await outcomes(organization, backfill.id)).toEqual({
      ...{ FR: "changed", US: "changed", DE: "skipped filters", IT: "skipped filters" },
    });
    const assigned = await Promise.all(["FR", "US", "DE", "IT"].map((id) => customerOf(organization, id)));
    expect(assigned.map(({ workflowId }) => workflowId)).toEqual([agency, other, null, null]);
  });

  it("is judged on its facts when its page is worked on, not when the backfill began", async () => {
    const organization = await stack.organization();
    const agency = await organization.workflow("Agency");
    await withCustomers(
      organization,
      many(4, () => ({ country: "FR" })),
    );
    await organization.api.patch("/v1/organization", { limits: { backfillApprovalAbove: 1 } });
    const trigger = { type: "customerCreated" } as const;
    const [ruleId] = await organization.activate(rule("French", agency, { trigger, filters: [inCountry("FR")] }));
    const { id } = await startBackfill(organization, { ruleIds: [ruleId] });
    expect(await reaching(organization, id, "awaitingApproval")).toMatchObject({ progress: { total: 4 } });
    await organization.api.patch("/v1/customers/external:C-1", { country: "US" });
    await organization.api.post("/v1/customers/external:C-2/exclude");
    const late = await organization.api.post<{ id: string }>("/v1/customers", { name: "Late", country: "FR" });
    await organization.settled();
    await move(organization, id, "approve");
    const { progress } = await reaching(organization, id, "completed");
    // Who was excluded meanwhile is in scope no more, and whoever came later is none of the existing customers.
    expect(progress).toMatchObject({ total: 3, done: 3, changed: 2, skipped: { filters: 1 } });
    expect(await outcomes(organization, id)).toMatchObject({
      "C-0": "changed",
      "C-1": "skipped filters",
      "C-3": "changed",
    });
    const { runs } = await organization.api.get<{ runs: object[] }>(`/v1/runs?customerId=${late.id}`);
    expect(runs).toMatchObject([{ kind: "change", status: "applied" }]);
  });
});

describe("a backfill at rest", () => {
  it.each(["awaitingApproval", "queued"])(
    "that is %s can be paused, resumed and cancelled, and touches nobody",
    async (status) => {
      const organization = await stack.organization();
      const agency = await organization.workflow("Agency");
      await withCustomers(organization, many(40));
      const [ruleId] = await organization.activate(rule("Rule", agency));
      if (status === "queued") {
        const first = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: 1 });
        await reaching(organization, first.id, "running");
      } else await organization.api.patch("/v1/organization", { limits: { backfillApprovalAbove: 1 } });
      const { id } = await startBackfill(organization, { ruleIds: [ruleId] });
      await reaching(organization, id, status);
      for (const attempt of ["first", "again"]) {
        expect([attempt, (await move(organization, id, "pause")).status]).toEqual([attempt, "paused"]);
      }
      expect(await refused(move(organization, id, "retry"))).toMatchObject({ status: 409 });
      expect((await move(organization, id, "resume")).status).toBe(status);
      expect((await move(organization, id, "pause")).status).toBe("paused");
      expect((await move(organization, id, "cancel")).status).toBe("cancelled");
      expect(await refused(move(organization, id, "approve"))).toMatchObject({ status: 409 });
      expect((await readBackfill(organization, id)).progress).toMatchObject({ total: 40, done: 0, changed: 0 });
      expect(await resultsOf(organization, id)).toEqual({});
      if (status === "queued") await organization.api.post("/v1/organization/stop_rules");
    },
  );

  it("waits for approval above 10,000 customers unless the organization has said otherwise", async () => {
    const organization = await stack.organization();
    const agency = await organization.workflow("Agency");
    // As rows alone, for nothing but their number counts here.
    await stack.sql`
      insert into customers (id, organization_id, external_id, name, currency)
      select gen_random_uuid(), ${organization.id}, 'C-' || n, 'Customer', 'EUR' from generate_series(0, 10000) n`;
    const [ruleId] = await organization.activate(rule("Rule", agency));
    const { id } = await startBackfill(organization, { ruleIds: [ruleId] });
    const status = ["awaitingApproval", "running", "completed"];
    expect(await reaching(organization, id, ...status)).toMatchObject({
      ...{ status: "awaitingApproval", waitsFor: "approval", progress: { total: 10_001, done: 0 } },
    });
    await move(organization, id, "cancel");
    const within = {
      ruleIds: [ruleId],
      filter: [{ field: "externalId", op: "isNot", values: ["C-0"] }],
      maxPerSecond: 500,
    };
    const exactly = await startBackfill(organization, within);
    expect((await reaching(organization, exactly.id, ...status)).status).toBe("running");
    await move(organization, exactly.id, "cancel");
  });
});

describe("activating a rule that excludes, with the customers that are there", () => {
  it("has to be confirmed, waits for approval whatever the number, and cannot be undone", async () => {
    const organization = await stack.organization();
    const { api } = organization;
    await withCustomers(organization, many(2));
    const { id: ruleId } = await api.post<{ id: string }>("/v1/rules", {
      ...rule("Excludes", "", { actions: [{ type: "excludeCustomer" }] }),
      filters: [{ field: "externalId", op: "is", values: ["C-1"] }],
    });
    const activate = (body: object) => api.post<{ backfillId: string }>(`/v1/rules/${ruleId}/activate`, body);
    expect(await refused(activate({ applyToExisting: "thisRule" }))).toMatchObject({ status: 422 });
    const { backfillId } = await activate({ applyToExisting: "thisRule", confirmIrreversible: true });
    const waiting = await reaching(organization, backfillId, "awaitingApproval");
    expect(waiting).toMatchObject({ irreversible: true, progress: { total: 2, done: 0 } });
    await move(organization, backfillId, "approve");
    await reaching(organization, backfillId, "completed");
    expect((await api.get<{ total: number }>("/v1/customers")).total).toBe(1);
    const { id } = await api.post<{ id: string }>(`/v1/backfills/${backfillId}/undo`, { dryRun: false });
    const job = await eventually(async () => {
      const found = await api.get<{ status: string; results: object[] }>(`/v1/jobs/${id}`);
      return found.status === "completed" && found;
    });
    expect(job.results).toMatchObject([{ status: "unchanged", undone: [], kept: [{ reason: "irreversible" }] }]);
    expect((await api.get<{ total: number }>("/v1/customers")).total).toBe(1);
  });
});

describe("a backfill under way", () => {
  it("shows its rate and the time that is left, and live changes go before it", async () => {
    const organization = await stack.organization();
    const agency = await organization.workflow("Agency");
    await withCustomers(organization, many(200));
    const [ruleId] = await organization.activate(rule("Rule", agency));
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: 5 });
    const running = await eventually(async () => {
      const { progress } = await readBackfill(organization, id);
      return progress.done > 0 && progress;
    });
    expect(running).toMatchObject({ total: 200, perSecond: expect.any(Number), secondsLeft: expect.any(Number) });
    expect(running.secondsLeft).toBeGreaterThan(0);
    // A live write is judged and acted on while all the rest of the backfill is still to come.
    const { id: customerId } = await organization.api.post<{ id: string }>("/v1/customers", { name: "Live" });
    await eventually(async () => {
      const { workflowId } = await organization.api.get<{ workflowId: string | null }>(`/v1/customers/${customerId}`);
      return workflowId === agency;
    });
    const { status, progress } = await readBackfill(organization, id);
    expect(status).toBe("running");
    expect(progress.done).toBeLessThan(200);
    await move(organization, id, "cancel");
  });
});
