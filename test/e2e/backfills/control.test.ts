import { beforeAll, describe, expect, it } from "vitest";
import { backfillWorkflowId } from "../../../workflows/contract.ts";
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

interface Scene {
  organization: ApiOrganization;
  agency: string;
  ruleId: string;
}

/** Customers a second at which a backfill is under way for as long as a test needs to look at it, on a slow machine too. */
const SLOWLY = 4;

/** Some customers, and a rule that matches all of them, activated after they were there. */
async function scene(customers: number, more: Parameters<typeof rule>[2] = {}): Promise<Scene> {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  await withCustomers(organization, many(customers));
  const [ruleId] = await organization.activate(rule("Rule", agency, more));
  return { organization, agency, ruleId: ruleId! };
}

/** Customers by how many changes a rule has made for them. */
async function changesMade({ organization }: Scene): Promise<Record<string, number>> {
  const rows = await stack.sql<{ times: number; customers: number }[]>`
    select times, count(*)::int as customers from (
      select count(h.id)::int as times from customers c
      left join changes h on h.customer_id = c.id and h.source = 'rule'
      where c.organization_id = ${organization.id} group by c.id) counted
    group by times`;
  return Object.fromEntries(rows.map(({ times, customers }) => [times, customers]));
}

describe("moves", () => {
  it("paused it stands still, resumed it goes on, and nobody is left out or done twice", async () => {
    const found = await scene(300);
    const { organization, ruleId } = found;
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: SLOWLY });
    await eventually(async () => (await readBackfill(organization, id)).progress.done > 0);
    const paused = await move(organization, id, "pause");
    expect(paused).toMatchObject({ status: "paused", waitsFor: "resume" });
    expect(paused.progress.done).toBeLessThan(300);
    expect((await move(organization, id, "pause")).status).toBe("paused");
    await organization.settled();
    expect(await changesMade(found)).toEqual({ 0: 300 - paused.progress.done, 1: paused.progress.done });
    expect((await readBackfill(organization, id)).progress.done).toBe(paused.progress.done);
    await move(organization, id, "resume", { maxPerSecond: null });
    await move(organization, id, "resume");
    const { progress } = await reaching(organization, id, "completed");
    expect(progress).toMatchObject({ total: 300, done: 300, changed: 300, secondsLeft: null });
    expect(await changesMade(found)).toEqual({ 1: 300 });
    for (const word of ["pause", "resume", "approve", "cancel"]) {
      expect(await refused(move(organization, id, word))).toMatchObject({ status: 409 });
    }
  });

  it("cancelled it ends where it is", async () => {
    const found = await scene(300);
    const { organization, ruleId } = found;
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: SLOWLY });
    await eventually(async () => (await readBackfill(organization, id)).progress.done > 0);
    const { status, progress } = await move(organization, id, "cancel");
    expect(status).toBe("cancelled");
    expect((await move(organization, id, "cancel")).status).toBe("cancelled");
    const handle = stack.client.workflow.getHandle(backfillWorkflowId(organization.id, id));
    await eventually(async () => (await handle.describe()).status.name === "COMPLETED");
    await organization.settled();
    expect(await changesMade(found)).toEqual({ 0: 300 - progress.done, 1: progress.done });
    expect(await refused(move(organization, id, "resume"))).toMatchObject({ status: 409 });
  });

  it("a limit spreads it over time", async () => {
    const { organization, ruleId } = await scene(40);
    const backfill = await backfilled(organization, { ruleIds: [ruleId], maxPerSecond: 20 });
    // Two pages: the second one waits for a second.
    expect(backfill.progress).toMatchObject({ changed: 40 });
    expect(backfill.progress.perSecond).toBeLessThan(41);
  });

  it("signals from Temporal's UI move it as well", async () => {
    const { organization, ruleId } = await scene(200);
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: SLOWLY });
    await reaching(organization, id, "running");
    const handle = stack.client.workflow.getHandle(backfillWorkflowId(organization.id, id));
    await handle.signal("pause");
    await reaching(organization, id, "paused");
    await handle.signal("resume");
    await reaching(organization, id, "running");
    await handle.signal("cancel");
    await reaching(organization, id, "cancelled");
  });

  it("the organization's switch holds it up until rules are started again", async () => {
    const { organization, ruleId } = await scene(100);
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: SLOWLY });
    await eventually(async () => (await readBackfill(organization, id)).progress.done > 0);
    await organization.api.post("/v1/organization/stop_rules");
    const held = await readBackfill(organization, id);
    expect(held).toMatchObject({ status: "paused", waitsFor: "rules" });
    await move(organization, id, "pause");
    await move(organization, id, "resume", { maxPerSecond: null });
    expect((await readBackfill(organization, id)).progress.done).toBe(held.progress.done);
    await organization.api.post("/v1/organization/start_rules");
    expect((await reaching(organization, id, "completed")).progress.changed).toBe(100);
  });
});

describe("approval", () => {
  it("above the organization's limit it waits, and touches nobody before it is approved", async () => {
    const { organization, ruleId, agency } = await scene(3);
    await organization.api.patch("/v1/organization", { limits: { backfillApprovalAbove: 2 } });
    const { id } = await startBackfill(organization, { ruleIds: [ruleId] });
    const waiting = await reaching(organization, id, "awaitingApproval");
    expect(waiting).toMatchObject({ waitsFor: "approval", progress: { total: 3, done: 0 } });
    expect((await customerOf(organization, "C-0")).workflowId).toBeNull();
    await move(organization, id, "approve");
    await reaching(organization, id, "completed");
    expect((await move(organization, id, "approve")).status).toBe("completed");
    expect((await customerOf(organization, "C-0")).workflowId).toBe(agency);
  });

  it("exclusion has to be confirmed and then approved, whatever the number", async () => {
    const organization = await stack.organization();
    await withCustomers(organization, many(2));
    const { id: ruleId } = await organization.api.post<{ id: string }>("/v1/rules", {
      ...rule("Exclude", "", { actions: [{ type: "excludeCustomer" }] }),
      filters: [{ field: "externalId", op: "is", values: ["C-1"] }],
    });
    await organization.api.post(`/v1/rules/${ruleId}/activate`, { confirmIrreversible: true });
    expect(await refused(startBackfill(organization, { ruleIds: [ruleId] }))).toMatchObject({ status: 422 });
    const rehearsed = await backfilled(organization, { ruleIds: [ruleId], dryRun: true });
    expect(rehearsed.progress).toMatchObject({ changed: 1, skipped: { filters: 1 } });
    const { id } = await startBackfill(organization, { ruleIds: [ruleId], confirmIrreversible: true });
    await reaching(organization, id, "awaitingApproval");
    await move(organization, id, "approve");
    await reaching(organization, id, "completed");
    expect(await outcomes(organization, id)).toMatchObject({ "C-0": "skipped filters", "C-1": "changed" });
    const list = await organization.api.get<{ total: number }>("/v1/customers");
    expect(list.total).toBe(1);
  });
});

it("only active rules are backfilled, and rules have to be named", async () => {
  const organization = await stack.organization();
  const agency = await organization.workflow("Agency");
  const { id } = await organization.api.post<{ id: string }>("/v1/rules", rule("Draft", agency));
  expect(await refused(startBackfill(organization, { ruleIds: [id] }))).toMatchObject({ status: 409 });
  expect(await refused(startBackfill(organization, { allActiveRules: true }))).toMatchObject({ status: 409 });
  expect(await refused(startBackfill(organization, {}))).toMatchObject({ status: 422 });
  const unknown = await refused(startBackfill(organization, { ruleIds: [id, agency] }));
  expect(unknown).toMatchObject({ status: 422, problem: { errors: [{ path: "ruleIds.1" }] } });
  const wrong = { ruleIds: [id], dryRun: true, filter: [{ field: "nope", op: "isEmpty" }] };
  expect(await refused(startBackfill(organization, wrong))).toMatchObject({
    ...{ status: 422, problem: { errors: [{ path: "filter.0.field" }] } },
  });
});

it("one runs at a time, and the next one has its turn when it ends", async () => {
  const { organization, ruleId } = await scene(60);
  const first = await startBackfill(organization, { ruleIds: [ruleId], maxPerSecond: SLOWLY });
  await reaching(organization, first.id, "running");
  const second = await startBackfill(organization, { ruleIds: [ruleId] });
  expect(await reaching(organization, second.id, "queued")).toMatchObject({ waitsFor: "turn" });
  expect((await readBackfill(organization, first.id)).status).toBe("running");
  await move(organization, first.id, "resume", { maxPerSecond: null });
  await reaching(organization, second.id, "completed");
  expect((await readBackfill(organization, first.id)).status).toBe("completed");
});

it("a dry run of any rule needs no approval, says what would change, and leaves no trace but its results", async () => {
  const { organization, ruleId } = await scene(3);
  await organization.api.patch("/v1/organization", { limits: { backfillApprovalAbove: 1 } });
  const other = await organization.workflow("Other");
  const { id: draft } = await organization.api.post<{ id: string }>(
    "/v1/rules",
    rule("Draft", other, { filters: [{ field: "externalId", op: "is", values: ["C-0"] }] }),
  );
  await organization.api.send("PUT", "/v1/rules/order", { ruleIds: [draft, ruleId] });
  const trace = () => stack.sql`
    select (select count(*) from rule_runs where organization_id = ${organization.id}) as runs,
           (select count(*) from changes where organization_id = ${organization.id}) as changes,
           (select count(*) from timeline_entries where organization_id = ${organization.id}) as entries,
           (select sum(version) from customers where organization_id = ${organization.id}) as versions`;
  const before = await trace();
  const backfill = await backfilled(organization, { ruleIds: [draft], dryRun: true });
  expect(backfill.progress).toMatchObject({ total: 3, done: 3, changed: 1, skipped: { filters: 2 } });
  expect((await resultsOf(organization, backfill.id))["C-0"]).toMatchObject({
    ...{ status: "changed", version: 1, changes: [{ slot: "workflow", from: null, to: other }] },
    rules: [{ ruleId: draft, status: "applied" }],
  });
  expect(await trace()).toEqual(before);
});

describe("notifications", () => {
  it.each([
    [false, { changed: 2, notifications: 2 }, 0],
    [true, { changed: 2, notifications: 2 }, 2],
  ])("with notifications: %s", async (notifications, progress, sent) => {
    const organization = await stack.organization();
    const agency = await organization.workflow("Agency");
    const channelId = await organization.channel({ kind: "inApp" });
    const userId = await organization.user("ann@acme.test");
    await withCustomers(organization, many(2));
    const tell = { type: "sendNotification" as const, channelId, to: [{ userId }], body: "{{ customer.name }}" };
    const actions = [{ type: "assignWorkflow" as const, workflowId: agency }, tell];
    const [ruleId] = await organization.activate(rule("Tell", agency, { actions }));
    const backfill = await backfilled(organization, { ruleIds: [ruleId], notifications });
    expect(backfill.progress).toMatchObject(progress);
    await organization.settled();
    const [row] = await stack.sql`
      select count(*)::int as count from notifications where organization_id = ${organization.id} and status = 'sent'`;
    expect(row!.count).toBe(sent);
    const { runs } = await organization.api.get<{ runs: { actions: object[] }[] }>(`/v1/runs?ruleId=${ruleId}`);
    const action = notifications ? { status: "applied" } : { status: "skipped", reason: "notificationsOff" };
    for (const run of runs) expect(run.actions[1]).toMatchObject(action);
  });
});

it("failed customers hold up nobody, and are retried alone", async () => {
  const { organization, ruleId, agency } = await scene(5);
  const { id: customerId } = await customerOf(organization, "C-2");
  await stack.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as
      $$ begin if new.id = '${customerId}' and new.workflow_id is not null then raise exception 'refused' using errcode = '23514'; end if; return new; end $$;
    create trigger refuse before update on customers for each row execute function refuse()`);
  const backfill = await backfilled(organization, { ruleIds: [ruleId] });
  expect(backfill.progress).toMatchObject({ total: 5, done: 5, changed: 4, failed: 1 });
  expect((await resultsOf(organization, backfill.id))["C-2"]).toMatchObject({ status: "failed", error: "refused" });
  await stack.sql.unsafe("drop trigger refuse on customers; drop function refuse");
  await move(organization, backfill.id, "retry");
  await eventually(async () => (await readBackfill(organization, backfill.id)).progress.changed === 5);
  const after = await reaching(organization, backfill.id, "completed");
  expect(after.progress).toMatchObject({ total: 5, done: 5, changed: 5, failed: 0 });
  expect((await customerOf(organization, "C-2")).workflowId).toBe(agency);
  expect((await move(organization, backfill.id, "retry")).status).toBe("completed");
});

it("results come as CSV too, by a parameter or by Accept", async () => {
  const { organization, ruleId, agency } = await scene(2);
  await organization.api.patch("/v1/customers/external:C-1", { name: "=Formula, Inc" });
  await organization.settled();
  const { id } = await backfilled(organization, {
    ...{ ruleIds: [ruleId], dryRun: true, filter: [{ field: "externalId", op: "is", values: ["C-1"] }] },
  });
  const [accepting, asking] = await Promise.all([
    organization.api.with({ Accept: "text/csv" }).text(`/v1/backfills/${id}/results`),
    organization.api.text(`/v1/backfills/${id}/results?format=csv&status=unchanged`),
  ]);
  expect(asking).toBe(accepting);
  const [heading, line, end] = accepting.split("\n");
  expect(heading).toMatch(/^customerId,externalId,name,status,reason,version,workflowFrom,workflowTo,/);
  expect(line).toContain(`C-1,"'=Formula, Inc",unchanged,`);
  expect([end, agency.length]).toEqual(["", 36]);
  const none = await organization.api.text(`/v1/backfills/${id}/results?format=csv&status=failed`);
  expect(none).toBe(`${heading}\n`);
});
