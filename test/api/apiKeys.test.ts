import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../helpers/poll.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

test("a rotated key has a new secret, and the old one stops at once", async () => {
  const made = await admin.make("/v1/api_keys", { name: "CRM", scope: "read", source: "salesforce" });
  expect((await api.send(made, "GET", "/v1/organization")).status).toBe(200);
  const rotated = (await admin.post(`/v1/api_keys/${made.id}/rotate`)).body;
  expect(rotated).toMatchObject({ id: made.id, key: made.key, name: "CRM", scope: "read", source: "salesforce" });
  expect(rotated.secret).not.toBe(made.secret);
  expect((await api.send(made, "GET", "/v1/organization")).status).toBe(401);
  expect((await api.send(rotated, "GET", "/v1/organization")).status).toBe(200);
});

test("secrets are shown once: never by a read, a list or a repeated request, and stored as a hash", async () => {
  const made = await admin.make("/v1/api_keys", { name: "Once", scope: "read" });
  const headers = { "Idempotency-Key": "rotate-once" };
  const rotated = (await admin.post(`/v1/api_keys/${made.id}/rotate`, undefined, headers)).body;
  const again = await admin.post(`/v1/api_keys/${made.id}/rotate`, undefined, headers);
  expect(again).toMatchObject({ status: 409, body: { code: "idempotency_secret" } });
  expect((await api.send(rotated, "GET", "/v1/organization")).status).toBe(200);
  for (const path of [`/v1/api_keys/${made.id}`, "/v1/api_keys?limit=500"]) {
    const { text } = await admin.get(path);
    for (const secret of [made.secret, rotated.secret]) expect(text).not.toContain(secret);
  }
  const [row] = await api.database.sql<{ secretHash: Buffer }[]>`
    select secret_hash as "secretHash" from api_keys where id = ${made.id}`;
  expect(row!.secretHash).toHaveLength(32);
});

test("a rotation of another organization's key is 404", async () => {
  const stranger = await api.organization({ name: "Stranger" });
  const theirs = await stranger.make("/v1/api_keys", { name: "Theirs", scope: "read" });
  expect((await admin.post(`/v1/api_keys/${theirs.id}/rotate`)).status).toBe(404);
  expect((await api.send(theirs, "GET", "/v1/organization")).status).toBe(200);
});

test("when a key was last used is kept to the minute", async () => {
  const made = await admin.make("/v1/api_keys", { name: "Used", scope: "read" });
  const lastUsed = async () => (await admin.get(`/v1/api_keys/${made.id}`)).body.lastUsedAt;
  expect(await lastUsed()).toBeNull();
  await api.send(made, "GET", "/v1/organization");
  const first = await eventually(lastUsed, { message: "the first use" });
  expect(Math.abs(Date.now() - Date.parse(first))).toBeLessThan(60_000);
  for (let request = 0; request < 3; request++) await api.send(made, "GET", "/v1/organization");
  expect(await lastUsed()).toBe(first);
});

test("a key has the rate that it is given, and a change of it counts at once", async () => {
  const made = await admin.make("/v1/api_keys", { name: "Slow", scope: "read", requestsPerMinute: 2 });
  const use = () => api.send(made, "GET", "/v1/organization");
  const statuses = [(await use()).status, (await use()).status, (await use()).status];
  expect(statuses).toEqual([200, 200, 429]);
  const limited = await use();
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(limited.headers.get("ratelimit-limit")).toBe("2");
  const edited = await admin.patch(`/v1/api_keys/${made.id}`, { requestsPerMinute: null });
  expect(edited.body.requestsPerMinute).toBeNull();
  expect((await use()).status).toBe(200);
  const refused = await admin.patch(`/v1/api_keys/${made.id}`, { requestsPerMinute: 0 });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: "requestsPerMinute" }] } });
});
