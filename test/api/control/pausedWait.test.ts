import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { createScene, DAY } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

it.each([
  { filters: "hold", country: "FR", status: "applied", workflow: "agency" },
  { filters: "do not hold any more", country: "US", status: "skipped", workflow: null },
])("a wait that ends while its run is paused asks whether the filters hold: they $filters", async (expected) => {
  const scene = await createScene(api);
  await scene.rule({
    actions: [
      { type: "wait", days: 2 },
      { type: "assignWorkflow", workflowId: scene.agency },
    ],
  });
  const customerId = await scene.customer();
  await scene.evaluate();
  const [run] = await scene.runs();
  expect((await scene.post(`/v1/runs/${run.id}/pause`)).status).toBe(200);
  await scene.client.patch(`/v1/customers/${customerId}`, { country: expected.country, city: "Lyon" });
  await scene.evaluate(Date.now() + 3 * DAY);
  await scene.post(`/v1/runs/${run.id}/resume`);
  await scene.evaluate(Date.now() + 3 * DAY);
  const [after] = await scene.runs(`?customerId=${customerId}`);
  expect(after.status).toBe(expected.status);
  expect((await scene.read(customerId)).workflowId).toBe(expected.workflow === null ? null : scene.agency);
});
