import { describe, expect, it } from "vitest";
import { type Scene, useStack } from "./scene.ts";

const { scene } = useStack();

/** Days after 31 January 2024, on which every invoice here is due. */
const late = (days: number) => new Date(Date.UTC(2024, 0, 31 + days)).toISOString().slice(0, 10);

/** Pays an invoice in full so many days late. */
function pay({ payment }: Scene, invoice: string, customer: string, amount: number, days: number) {
  const allocations = [{ invoiceId: `external:${invoice}`, amount }];
  return payment(`P-${invoice}`, customer, amount, { paidAt: late(days), allocations });
}

describe("the average payment delay", () => {
  it("is 25.13 days and A for 140 paid 7 days late and 85 paid 55 days late; an overdue invoice of 214 changes nothing", async () => {
    const here = await scene();
    await here.customer({ externalId: "C" });
    await here.invoice("I-1", "C", 14_000);
    await here.invoice("I-2", "C", 8_500);
    await pay(here, "I-1", "C", 14_000, 7);
    await pay(here, "I-2", "C", 8_500, 55);
    expect(await here.read("C")).toMatchObject({ averagePaymentDelay: 5_655 / 225, rating: "A", outstanding: 0 });
    await here.invoice("I-3", "C", 21_400);
    const now = await here.read("C");
    expect(now).toMatchObject({ averagePaymentDelay: 5_655 / 225, rating: "A", overdue: 21_400 });
    expect(now.averagePaymentDelay?.toFixed(2)).toBe("25.13");
  });

  it("counts the overdue invoice of 214 with its age once the mode is paidAndOverdue, by a change that rules judge", async () => {
    const here = await scene();
    await here.customer({ externalId: "C" });
    await here.invoice("I-1", "C", 14_000);
    await pay(here, "I-1", "C", 14_000, 7);
    await here.invoice("I-3", "C", 21_400);
    const [rule] = await here.organization.activate({
      name: "Slow",
      trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 },
      actions: [{ type: "assignWorkflow", workflowId: here.agency }],
    });
    expect(await here.read("C")).toMatchObject({ averagePaymentDelay: 7, rating: "A" });
    await here.organization.api.patch("/v1/organization", { delayMode: "paidAndOverdue" });
    await here.organization.settled();
    const now = await here.read("C");
    const delay = (140 * 7 + 214 * now.overdueDays!) / (140 + 214);
    expect(now).toMatchObject({ averagePaymentDelay: delay, rating: "D", workflowId: here.agency });
    expect(await here.runs(rule)).toMatchObject([{ status: "applied" }]);
  });
});

describe("a threshold on outstanding", () => {
  it("fires on the crossing only: 7,000 to 6,000 does not fire exceeds 5,000", async () => {
    const here = await scene();
    await here.customer({ externalId: "C" });
    await here.invoice("I-1", "C", 700_000);
    const [rule] = await here.organization.activate({
      name: "Exceeds 5,000",
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 },
      actions: [{ type: "assignWorkflow", workflowId: here.agency }],
    });
    await here.payment("P-1", "C", 100_000);
    expect(await here.runs(rule)).toEqual([]);
    expect(await here.explain("C")).toMatchObject([
      { matched: false, reason: "trigger", trigger: { fired: false, before: 700_000, after: 600_000 } },
    ]);
    await here.payment("P-2", "C", 200_000);
    await here.invoice("I-2", "C", 100_001);
    expect(await here.runs(rule)).toMatchObject([{ status: "applied" }]);
    expect((await here.read("C")).workflowId).toBe(here.agency);
  });

  it("can name the credit limit: a limit given below the balance is exceeded, clearing it never fires", async () => {
    const here = await scene();
    const [rule] = await here.organization.activate({
      name: "Over the limit",
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } },
      actions: [{ type: "assignWorkflow", workflowId: here.agency }],
    });
    await here.customer({ externalId: "C" });
    await here.invoice("I-1", "C", 500_000);
    expect(await here.runs(rule)).toHaveLength(0);
    await here.customer({ externalId: "C", creditLimit: 400_000 });
    expect(await here.runs(rule)).toHaveLength(1);
    await here.customer({ externalId: "C", creditLimit: null });
    await here.customer({ externalId: "C", creditLimit: 600_000 });
    expect(await here.runs(rule)).toHaveLength(1);
    await here.invoice("I-2", "C", 100_001);
    // The second crossing finds the slot set already.
    expect(await here.runs(rule)).toMatchObject([{ status: "applied" }, { status: "skipped", reason: "unchanged" }]);
  });
});

const DELAY = { A: 10, B: 45, C: 75, D: 120 } as const;
type Letter = keyof typeof DELAY;

describe("a threshold on the rating", () => {
  const cases: ["exceeds" | "fallsBelow", Letter, Letter, boolean][] = [
    ["exceeds", "D", "B", true],
    ["exceeds", "D", "A", true],
    ["exceeds", "C", "B", true],
    ["exceeds", "B", "A", false],
    ["exceeds", "D", "C", false],
    ["fallsBelow", "A", "D", true],
    ["fallsBelow", "C", "D", true],
    ["fallsBelow", "A", "C", false],
    ["fallsBelow", "D", "A", false],
  ];
  it("exceeds C when C or D become A or B, falls below C when A, B or C become D, and never by a first rating", async () => {
    const here = await scene();
    const rule = (direction: "exceeds" | "fallsBelow", workflowId: string) => ({
      name: direction,
      trigger: { type: "ratingThreshold" as const, direction, value: "C" as const },
      actions: [{ type: "assignWorkflow" as const, workflowId }],
    });
    const [exceeds, fallsBelow] = await here.organization.activate(
      rule("exceeds", here.standard),
      rule("fallsBelow", here.agency),
    );
    for (const [index, [direction, from, to, fires]] of cases.entries()) {
      const customer = `C-${index}`;
      const { id } = await here.customer({ externalId: customer });
      await here.invoice(`I-${index}`, customer, 10_000);
      await pay(here, `I-${index}`, customer, 10_000, DELAY[from]);
      expect((await here.read(customer)).rating).toBe(from);
      const own = async (rule?: string) => (await here.runs(rule)).filter((run) => run.customerId === id);
      expect(await own()).toEqual([]);
      await here.organization.api.patch(`/v1/payments/external:P-I-${index}`, { paidAt: late(DELAY[to]) });
      await here.organization.settled();
      expect((await here.read(customer)).rating).toBe(to);
      const runs = await own(direction === "exceeds" ? exceeds : fallsBelow);
      expect(
        runs.map(({ status }) => status),
        `${direction} C, ${from} → ${to}`,
      ).toEqual(fires ? ["applied"] : []);
    }
  });
});
