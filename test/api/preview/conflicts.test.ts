import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "../support/testApi.ts";

let api: TestApi;
let admin: Client;

beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  admin = await api.organization();
});
afterAll(() => api.close());

const clearing = (name: string, fields: object = {}) => ({
  name,
  trigger: { type: "customerCreatedOrUpdated" },
  filters: [{ field: "country", op: "is", values: ["US"] }],
  actions: [{ type: "assignWorkflow", workflowId: null }],
  ...fields,
});

async function inForce(name: string, fields: object = {}): Promise<string> {
  const { id } = await admin.make("/v1/rules", clearing(name, fields));
  expect((await admin.post(`/v1/rules/${id}/activate`)).status).toBe(200);
  return id;
}

test("creating a rule names the rules in force that want the same slot, and saves it all the same", async () => {
  const ruleId = await inForce("First");
  const answer = await admin.post("/v1/rules", clearing("Second"));
  expect(answer.status).toBe(201);
  expect(answer.body.conflicts).toEqual([
    { ruleId, name: "First", slot: "workflow", overlap: "overlaps", wins: "otherRule" },
  ]);
});

test("an edit tells the conflicts of what is saved, and none where filters exclude each other", async () => {
  await inForce("First");
  const { id } = await admin.make("/v1/rules", clearing("Second"));
  const filters = [{ field: "country", op: "is", values: ["FR"] }];
  expect((await admin.patch(`/v1/rules/${id}`, { filters })).body.conflicts).toEqual([]);
  const open = [{ field: "name", op: "isNotEmpty" }];
  expect((await admin.patch(`/v1/rules/${id}`, { filters: open })).body.conflicts).toMatchObject([{ name: "First" }]);
});

test("activation tells them too, and again when it is repeated; the first in the list wins", async () => {
  const { id } = await admin.make("/v1/rules", clearing("First"));
  await inForce("Second");
  for (const _ of [1, 2]) {
    const { body } = await admin.post(`/v1/rules/${id}/activate`);
    expect(body.conflicts).toMatchObject([{ name: "Second", wins: "thisRule" }]);
  }
});

test("drafts, rules that are off, deleted ones and those of other organizations are no conflict", async () => {
  const stranger = await api.organization();
  const theirs = await stranger.make("/v1/rules", clearing("Theirs"));
  await stranger.post(`/v1/rules/${theirs.id}/activate`);
  await admin.make("/v1/rules", clearing("Draft"));
  const off = await inForce("Off");
  await admin.post(`/v1/rules/${off}/deactivate`);
  const gone = await inForce("Gone");
  await admin.send("DELETE", `/v1/rules/${gone}`);
  expect((await admin.post("/v1/rules", clearing("New"))).body.conflicts).toEqual([]);
});

test("what cannot be decided is said to be so", async () => {
  await inForce("Old", { filters: [{ field: "lastReminderAt", op: "before", value: "2000-01-01" }] });
  const filters = [{ field: "lastReminderAt", op: "after", value: { daysFromToday: -30 } }];
  const { body } = await admin.post("/v1/rules", clearing("New", { filters }));
  expect(body.conflicts).toMatchObject([{ name: "Old", overlap: "mayOverlap" }]);
});
