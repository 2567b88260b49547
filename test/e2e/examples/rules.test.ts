import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Customer, useStack } from "./scene.ts";

const { stack, scene } = useStack();

const created = { type: "customerCreated" } as const;
const anyChange = { type: "customerCreatedOrUpdated" } as const;
const toWorkflow = (workflowId: string) => [{ type: "assignWorkflow" as const, workflowId }];

describe("filters", () => {
  it("tell b2b from B2B, and take B2B, B2C as one literal value", async () => {
    const here = await scene();
    await here.organization.field("segment", "TEXT");
    const contains = (value: string, workflowId: string): RuleDraft => ({
      name: value,
      trigger: created,
      filters: [{ field: "customFields.segment", op: "contains", value }],
      actions: toWorkflow(workflowId),
    });
    await here.organization.activate(contains("B2B", here.agency), contains("B2B, B2C", here.standard));
    const workflowOf = async (segment: string) =>
      (await here.customer({ externalId: segment, customFields: { segment } })).workflowId;
    expect(await workflowOf("B2B")).toBe(here.agency);
    expect(await workflowOf("b2b")).toBeNull();
    expect(await workflowOf("B2B, B2C")).toBe(here.standard);
    expect(await workflowOf("B2C")).toBeNull();
  });

  it("take several values as alternatives and several conditions together", async () => {
    const here = await scene();
    await here.organization.activate({
      name: "North America, large",
      trigger: created,
      filters: [
        { field: "country", op: "is", values: ["US", "CA"] },
        { field: "creditLimit", op: "between", min: 100_000 },
      ],
      actions: toWorkflow(here.agency),
    });
    const workflowOf = async (country: string, creditLimit: number) =>
      (await here.customer({ externalId: `${country} ${creditLimit}`, country, creditLimit })).workflowId;
    expect(await workflowOf("US", 100_000)).toBe(here.agency);
    expect(await workflowOf("CA", 200_000)).toBe(here.agency);
    expect(await workflowOf("FR", 200_000)).toBeNull();
    expect(await workflowOf("US", 99_999)).toBeNull();
  });

  it("are explained for a match and for a non-match, each condition with its actual value", async () => {
    const here = await scene();
    const [rule] = await here.organization.activate({
      name: "US",
      trigger: anyChange,
      filters: [{ field: "country", op: "is", values: ["US"] }],
      actions: toWorkflow(here.agency),
    });
    await here.customer({ externalId: "FR", country: "FR" });
    await here.customer({ externalId: "US", country: "US" });
    const condition = { field: "country", op: "is" };
    const [run] = await here.runs(rule);
    expect(await here.explain("FR", 1)).toMatchObject([
      { ruleId: rule, matched: false, reason: "filters", conditions: [{ ...condition, actual: "FR", holds: false }] },
    ]);
    expect(await here.explain("US", 1)).toMatchObject([
      { matched: true, reason: "matched", runId: run?.id, conditions: [{ ...condition, actual: "US", holds: true }] },
    ]);
  });
});

describe("actions", () => {
  it("skip an empty custom field and assign the others", async () => {
    const here = await scene();
    const { organization } = here;
    await organization.field("csm_email", "TEXT");
    await organization.field("backup_email", "TEXT");
    const ann = await organization.user("ann@acme.test");
    await organization.activate({
      name: "Owners",
      trigger: created,
      actions: [{ type: "assignUsers", customFields: ["csm_email", "backup_email"] }],
    });
    const withBackup = await here.customer({ externalId: "C", customFields: { backup_email: "ann@acme.test" } });
    expect(withBackup.assignedUsers.map(({ id }) => id)).toEqual([ann]);
    const withNone = await here.customer({ externalId: "D" });
    expect(withNone.assignedUsers).toEqual([]);
    expect((await here.runs()).find((run) => run.customerId === withNone.id)).toMatchObject({ status: "skipped" });
  });

  it("let the first rule in the list win a slot and name the winner to the others", async () => {
    const here = await scene();
    const rule = (name: string, workflowId: string) => ({ name, trigger: created, actions: toWorkflow(workflowId) });
    const [first, second] = await here.organization.activate(rule("First", here.agency), rule("Second", here.standard));
    expect((await here.customer({ externalId: "C" })).workflowId).toBe(here.agency);
    expect(await here.explain("C", 1)).toMatchObject([
      { ruleId: first, reason: "matched" },
      { ruleId: second, matched: true, reason: "lostTo", lostTo: { ruleId: first, name: "First" } },
    ]);
  });

  it("leave a slot that the API set until it is released", async () => {
    const here = await scene();
    await here.organization.activate({ name: "Agency", trigger: anyChange, actions: toWorkflow(here.agency) });
    const kept = await here.customer({ externalId: "C", workflowId: here.standard });
    expect(kept.workflowId).toBe(here.standard);
    expect(await here.explain("C", 1)).toMatchObject([{ matched: true, reason: "overruled" }]);
    expect(await here.runs()).toMatchObject([{ status: "skipped", reason: "overruled" }]);
    await here.organization.api.post("/v1/customers/external:C/release", { slots: ["workflow"] });
    await here.organization.settled();
    expect((await here.read("C")).workflowId).toBe(here.agency);
  });

  it("happen on creation only where the trigger is the creation", async () => {
    const here = await scene();
    const [rule] = await here.organization.activate({
      name: "New",
      trigger: created,
      actions: toWorkflow(here.agency),
    });
    await here.customer({ externalId: "C" });
    await here.customer({ externalId: "C", city: "Paris" });
    expect(await here.runs(rule)).toHaveLength(1);
    expect(await here.explain("C")).toMatchObject([{ matched: false, reason: "trigger" }]);
  });

  it("end in a loop that is shown with its path when two rules undo each other", async () => {
    const here = await scene();
    const flip = (name: string, from: string, to: string) => ({
      name,
      trigger: anyChange,
      filters: [{ field: "workflow", op: "is" as const, values: [from] }],
      actions: toWorkflow(to),
    });
    await here.organization.activate(
      flip("To agency", here.standard, here.agency),
      flip("To standard", here.agency, here.standard),
    );
    const body = { externalId: "C", name: "C", workflowId: here.standard };
    await here.organization.console.post<Customer>("/v1/customers", body);
    await here.organization.settled();
    expect((await here.runs()).map(({ status, reason }) => [status, reason])).toEqual([
      ["applied", null],
      ["applied", null],
      ["skipped", "loop"],
    ]);
    const [toAgency] = await here.explain("C");
    expect(toAgency).toMatchObject({ matched: true, reason: "loop" });
    expect(toAgency?.path?.map(({ ruleName }) => ruleName)).toEqual(["To agency", "To standard"]);
  });
});

describe("the tracking workflow", () => {
  it("answers the previous values it holds, and is found in Temporal by its organization", async () => {
    const here = await scene();
    await here.customer({ externalId: "C" });
    await here.invoice("I-1", "C", 12_300);
    const { version } = await here.read("C");
    type Tracking = { from: string; temporalWorkflowId: string };
    // Asked while it is busy with others, the workflow may be late, and then it is the record that answers.
    const tracked = await eventually(
      async () => {
        const answer = await here.organization.api.get<Tracking>("/v1/customers/external:C/tracking");
        return answer.from === "workflow" && answer;
      },
      { message: "an answer of the workflow" },
    );
    expect(tracked).toMatchObject({ outstanding: 12_300, averagePaymentDelay: null, rating: null, version });

    const description = await stack().client.workflow.getHandle(tracked.temporalWorkflowId).describe();
    expect(description.memo).toMatchObject({ organizationId: here.organization.id, shard: 0 });
    expect(await description.staticSummary()).toContain(here.organization.id);
    await eventually(
      async () => {
        const found = stack().client.workflow.list({ query: `TriplineOrganization = "${here.organization.id}"` });
        const ids: string[] = [];
        for await (const one of found) ids.push(one.workflowId);
        return ids.includes(tracked.temporalWorkflowId);
      },
      // What Temporal lists is some moments behind.
      { message: `a list that holds ${tracked.temporalWorkflowId}` },
    );
  });
});
