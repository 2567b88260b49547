import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimNotifications } from "../../db/claims.ts";
import { finishDelivery } from "../../db/deliveries.ts";
import { openDigest } from "../../db/digests.ts";
import { evaluateAll } from "./support/evaluateAll.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
let ann: Client;
let bob: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
  for (const email of ["ann@acme.test", "bob@acme.test"])
    await admin.make("/v1/users", { email, name: email, position: "accountManager" });
  ann = await admin.withKey({ userId: "ann@acme.test" });
  bob = await admin.withKey({ userId: "bob@acme.test" });
});
afterAll(() => api.close());

/** A rule that tells the assigned users in the app of customers of this city. */
async function telling(city: string, more: Record<string, unknown> = {}): Promise<void> {
  const { id: channelId } = await admin.make("/v1/channels", { name: city, kind: "inApp" });
  const rule = await admin.make("/v1/rules", {
    ...{ name: city, trigger: { type: "customerCreated" }, filters: [{ field: "city", op: "is", values: [city] }] },
    actions: [
      {
        type: "sendNotification",
        channelId,
        to: [{ assignedUsers: true }],
        subject: "{{ customer.name }}",
        body: "x",
        ...more,
      },
    ],
  });
  await admin.make(`/v1/rules/${rule.id}/activate`, {});
}

/** Creates customers assigned to Ann, plans what they lead to and delivers what is due. */
async function customers(city: string, ...names: string[]): Promise<void> {
  for (const name of names)
    await admin.make("/v1/customers", { externalId: name, name, city, userIds: ["ann@acme.test"] });
  await evaluateAll(api.database.sql, admin.organizationId);
  await deliver();
}

async function deliver(): Promise<void> {
  const { sql } = api.database;
  for (const { id } of await claimNotifications(sql, admin.organizationId, "runs:test", "run")) {
    await openDigest(sql, id);
    await finishDelivery(sql, id, "sent", null);
  }
}

const listed = async (by: Client, query = "") => (await by.get(`/v1/notifications?${query}`)).body.notifications;

describe("the in-app inbox", () => {
  beforeAll(async () => {
    await telling("Paris");
    await customers("Paris", "Globex", "Initech");
  });

  test("is each user's own, also about customers that were taken from her since", async () => {
    await admin.patch("/v1/customers/external:Globex", { userIds: ["bob@acme.test"] });
    const subjects = async (by: Client) =>
      (await listed(by, "inbox=true")).map(({ subject }: { subject: string }) => subject);
    expect(await subjects(ann)).toEqual(["Globex", "Initech"]);
    expect(await subjects(bob)).toEqual([]);
    // Bob sees the customer now, but not what Ann was told.
    expect(await listed(bob)).toEqual([]);
    expect((await ann.get("/v1/notifications")).body.total).toBe(1);
    expect((await listed(admin)).length).toBe(2);
    expect((await admin.get("/v1/notifications?inbox=true")).status).toBe(422);
  });

  test("remembers what was read, once", async () => {
    const [globex] = await listed(ann, "inbox=true");
    expect(globex.readAt).toBeNull();
    const first = await ann.post(`/v1/notifications/${globex.id}/read`);
    expect(first).toMatchObject({ status: 200, body: { id: globex.id, readAt: expect.any(String) } });
    const again = await ann.post(`/v1/notifications/${globex.id}/read`);
    expect(again.body.readAt).toBe(first.body.readAt);
    expect(await listed(ann, "inbox=true&unread=true")).toMatchObject([{ subject: "Initech" }]);
    for (const by of [bob, admin]) expect((await by.post(`/v1/notifications/${globex.id}/read`)).status).toBe(404);
    expect((await ann.post("/v1/notifications/nothing/read")).status).toBe(404);
  });
});

describe("what a digest gathers", () => {
  test("is listed message by message, and stands in the inbox as one", async () => {
    await telling("Lyon", { digest: "daily" });
    await customers("Lyon", "Hooli", "Umbrella");
    const gathering = await listed(admin, "status=gathering");
    expect(gathering).toMatchObject([
      { subject: "Hooli", digest: "daily", digestId: null, dueAt: expect.any(String), runId: expect.any(String) },
      { subject: "Umbrella" },
    ]);
    const [run] = (await admin.get("/v1/runs?status=waiting")).body.runs;
    expect(run).toMatchObject({ reason: "digest", actions: [{ status: "waiting", reason: "digest" }] });
    const inbox = async () =>
      (await listed(ann, "inbox=true")).filter(({ digest }: { digest: unknown }) => digest !== null);
    expect(await inbox()).toEqual([]);

    await api.database.sql`update notifications set due_at = now() where status = 'gathering'`;
    await deliver();
    const [digest, ...more] = await inbox();
    expect(more).toEqual([]);
    expect(digest).toMatchObject({ status: "sent", digest: "daily", runId: null, ruleId: null, customerId: null });
    const sent = (await listed(admin)).filter((one: { digest: unknown }) => one.digest !== null);
    expect(sent).toMatchObject([
      { subject: "Hooli", status: "sent", digestId: digest.id },
      { subject: "Umbrella", status: "sent", digestId: digest.id },
    ]);
    expect((await ann.post(`/v1/notifications/${digest.id}/read`)).body.readAt).not.toBeNull();
  });
});
