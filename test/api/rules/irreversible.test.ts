import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

const threshold = { type: "outstandingThreshold", direction: "exceeds", value: 500 };
const harmless = { actions: [{ type: "assignWorkflow", workflowId: null }] };
const EXCLUDING: [string, object][] = [
  ["actions", { actions: [{ type: "excludeCustomer" }] }],
  ["actions after a wait", { actions: [{ type: "wait", days: 1 }, { type: "excludeCustomer" }] }],
  ["exit actions", { ...harmless, exitActions: [{ type: "excludeCustomer" }] }],
];

const make = async (fields: object): Promise<string> =>
  (await admin.make("/v1/rules", { name: "R", trigger: threshold, ...fields })).id;
const confirmed = { confirmIrreversible: true };
const refusal = { status: 422, body: { code: "confirmation_required", errors: [{ path: "confirmIrreversible" }] } };

describe.each(EXCLUDING)("a rule that excludes by its %s", (_, excluding) => {
  test("is activated only where that is confirmed", async () => {
    const id = await make(excluding);
    expect(await admin.post(`/v1/rules/${id}/activate`)).toMatchObject(refusal);
    expect((await admin.get(`/v1/rules/${id}`)).body.status).toBe("draft");
    expect(await admin.post(`/v1/rules/${id}/activate`, confirmed)).toMatchObject({ status: 200 });
  });

  test.each([
    ["draft", [], false],
    ["active", ["activate"], true],
    ["paused", ["activate", "pause"], true],
    ["inactive", ["activate", "deactivate"], false],
  ] as const)("is saved while %s only where that is confirmed, if it is in force", async (_status, moves, needed) => {
    const id = await make(harmless);
    for (const move of moves) await admin.make(`/v1/rules/${id}/${move}`, {});
    const answer = await admin.patch(`/v1/rules/${id}`, excluding);
    if (!needed) return expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
    expect(answer).toMatchObject(refusal);
    expect((await admin.get(`/v1/rules/${id}`)).body.version).toBe(1);
    const body = { ...excluding, ...confirmed };
    expect(await admin.patch(`/v1/rules/${id}`, body)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  test("is backfilled only where that is confirmed, by itself or with all others; a dry run asks for nothing", async () => {
    const id = await make(excluding);
    await admin.make(`/v1/rules/${id}/activate`, confirmed);
    for (const scope of [{ ruleIds: [id] }, { allActiveRules: true }]) {
      expect(await admin.post("/v1/backfills", scope)).toMatchObject(refusal);
      expect((await admin.post("/v1/backfills", { ...scope, dryRun: true })).status).toBe(202);
      expect((await admin.post("/v1/backfills", { ...scope, ...confirmed })).status).toBe(202);
    }
    const other = await make(harmless);
    expect(await admin.post(`/v1/rules/${other}/activate`, { applyToExisting: "allActiveRules" })).toMatchObject(
      refusal,
    );
    expect((await admin.post(`/v1/rules/${other}/activate`, { applyToExisting: "thisRule" })).status).toBe(200);
  });
});
