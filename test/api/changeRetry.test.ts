import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../db/uuid.ts";
import { evaluateAll } from "./support/evaluateAll.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

test("a change whose evaluation failed is listed, retried by an admin and wakes its tracker", async () => {
  const workflow = await admin.make("/v1/workflows", { name: "Agency" });
  const rule = await admin.make("/v1/rules", {
    ...{ name: "new", trigger: { type: "customerCreated" } },
    actions: [{ type: "assignWorkflow", workflowId: workflow.id }],
  });
  await admin.make(`/v1/rules/${rule.id}/activate`, {});
  const customer = await admin.make("/v1/customers", { name: "Globex" });
  const listed = await admin.get(`/v1/changes?customerId=${customer.id}`);
  const path = `/v1/changes/${listed.body.changes[0].id}`;
  expect(await admin.post(`${path}/retry`)).toMatchObject({ status: 409, body: { code: "not_evaluated" } });
  await api.database.sql`
    with queued as (delete from change_queue where customer_id = ${customer.id} returning *)
    insert into evaluations (change_id, organization_id, customer_id, outcome, error)
    select change_id, organization_id, customer_id, 'failed', 'no room' from queued`;

  const failed = await admin.get("/v1/changes?outcome=failed");
  expect(failed.body).toMatchObject({ total: 1, changes: [{ error: "no room", retriedAt: null, failedBefore: null }] });
  const wakes = api.wakes.length;
  const retried = await admin.post(`${path}/retry`);
  expect(retried).toMatchObject({
    status: 200,
    body: { outcome: "evaluated", error: null, failedBefore: "no room", retriedAt: expect.any(String) },
  });
  expect(api.wakes.slice(wakes)).toMatchObject([{ organizationId: admin.organizationId, shards: [0] }]);
  expect((await admin.get(`${path}/explain`)).body.rules).toMatchObject([{ ruleId: rule.id, reason: "matched" }]);
  expect((await admin.get(`/v1/runs?customerId=${customer.id}`)).body.runs).toMatchObject([{ status: "applied" }]);
  expect((await admin.get("/v1/changes?outcome=failed")).body.total).toBe(0);
  expect((await admin.post(`${path}/retry`)).status).toBe(200);
});

test("retrying is refused for changes that did not fail, unknown ones and members", async () => {
  const customer = await admin.make("/v1/customers", { name: "Initech" });
  await evaluateAll(api.database.sql, admin.organizationId);
  const { body } = await admin.get(`/v1/changes?customerId=${customer.id}`);
  const path = `/v1/changes/${body.changes[0].id}/retry`;
  expect(await admin.post(path)).toMatchObject({ status: 409, body: { code: "not_failed" } });
  expect((await admin.post(`/v1/changes/${newId()}/retry`)).status).toBe(404);
  const finance = await admin.withKey({ scope: "write" });
  expect((await finance.post(path)).status).toBe(403);
  const other = await api.organization();
  expect((await other.post(path)).status).toBe(404);
});
