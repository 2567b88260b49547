import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { trackerId } from "../../../workflows/contract.ts";
import { createClockedDatabase } from "../../helpers/clockedDatabase.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";

/** How long a rule waits: a moment, or days. */
type Wait = { hours: number } | { days: number };

/** Two customers, one of whom a rule waits for while the other owes too much for too long. */
async function begin(stack: Stack, wait: Wait) {
  const { api, ...organization } = await stack.organization();
  const [reminders, agency] = [await organization.workflow("Reminders"), await organization.workflow("Agency")];
  const late: RuleDraft = {
    ...{ name: "late", trigger: { type: "customerCreated" } },
    filters: [{ field: "country", op: "is", values: ["US"] }],
    actions: [
      { type: "wait", ...wait },
      { type: "assignWorkflow", workflowId: reminders },
    ],
  };
  const stays: RuleDraft = {
    ...{ name: "stays", actions: [{ type: "assignWorkflow", workflowId: agency }] },
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500, forDays: 5 },
  };
  await organization.activate(late, stays);
  const timers = () => stack.sql<{ dueAt: string }[]>`select due_at as "dueAt" from timers order by due_at`;
  await api.post("/v1/customers", { externalId: "OWES", name: "Initech" });
  const invoice = { currency: "EUR", issuedAt: "2026-01-01", dueAt: "2099-01-31", amount: 600 };
  await api.post("/v1/invoices", { ...invoice, externalId: "I", customerId: "external:OWES" });
  await eventually(async () => (await timers()).length === 1, { message: "what stays" });
  // Last, because its wait may be over in a moment.
  await api.post("/v1/customers", { externalId: "WAITS", name: "Globex", country: "US" });
  await eventually(async () => (await timers()).length === 2, { message: "what waits" });
  const workflowOf = async (id: string) =>
    (await api.get<{ workflowId: string | null }>(`/v1/customers/external:${id}`)).workflowId;
  return { organizationId: organization.id, reminders, agency, timers, workflowOf };
}

describe("a worker that is killed while rules wait", () => {
  it("goes on when it is started again after the timer has fired, and does it once", async () => {
    const stack = await startStack();
    try {
      const { reminders, timers, workflowOf } = await begin(stack, { hours: 0.002 });
      await stack.worker.kill();
      const [first] = await timers();
      await eventually(() => Date.now() > Date.parse(first!.dueAt), { message: "the end of the wait" });
      expect(await workflowOf("WAITS")).toBeNull();
      await stack.worker.start();
      await eventually(async () => (await workflowOf("WAITS")) === reminders, { message: "what came after the wait" });
      const runs = await stack.sql`select status from rule_runs`;
      expect([...runs]).toEqual([{ status: "applied" }]);
    } finally {
      await stack.stop();
    }
  });

  // Time passes in Postgres alone: the next worker has to find out from there what is due.
  it("misses nothing in weeks away, even when Temporal has lost the tracker meanwhile", async () => {
    const database = await createClockedDatabase();
    const stack = await startStack({ database });
    const DAY_MS = 86_400_000;
    try {
      const { organizationId, reminders, agency, workflowOf } = await begin(stack, { days: 3 });
      const whileAway = async (days: number) => {
        await stack.worker.kill();
        await stack.client.workflow.getHandle(trackerId(organizationId, 0)).terminate();
        await database.putAhead(days * DAY_MS);
        expect(await workflowOf("OWES")).toBeNull();
        await stack.worker.start();
      };
      await whileAway(4);
      await eventually(async () => (await workflowOf("WAITS")) === reminders, { message: "what came after the wait" });
      expect(await workflowOf("OWES")).toBeNull();
      await whileAway(34);
      await eventually(async () => (await workflowOf("OWES")) === agency, { message: "what the days led to" });
      const runs = await stack.sql`select status from rule_runs`;
      expect([...runs]).toEqual([{ status: "applied" }, { status: "applied" }]);
    } finally {
      await stack.stop();
    }
  });
});
