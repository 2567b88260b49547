import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/testApi.ts";
import { createScene, DAY, type Scene } from "./support.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api?.close());

const send = (scene: Scene) => ({
  ...{ type: "sendNotification", channelId: scene.hook, body: "b" },
  to: [{ userId: scene.ann }],
});
const assign = (scene: Scene) => ({ type: "assignWorkflow", workflowId: scene.agency });

/** How a run comes to each status; answers its rule. */
const WAYS: Record<string, (scene: Scene) => Promise<string>> = {
  async held(scene) {
    const ruleId = await scene.rule();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    await scene.customer();
    await scene.evaluate();
    return ruleId;
  },
  async planned(scene) {
    const ruleId = await scene.rule({ actions: [send(scene)] });
    await scene.customer();
    await scene.evaluate();
    return ruleId;
  },
  async running(scene) {
    const ruleId = await WAYS.planned!(scene);
    await scene.deliver("running");
    return ruleId;
  },
  async waiting(scene) {
    const ruleId = await scene.rule({ actions: [{ type: "wait", days: 3 }, assign(scene)] });
    await scene.customer();
    await scene.evaluate();
    return ruleId;
  },
  async applied(scene) {
    const ruleId = await scene.rule();
    await scene.customer();
    await scene.evaluate();
    return ruleId;
  },
  async skipped(scene) {
    const ruleId = await scene.rule({ actions: [{ type: "assignWorkflow", workflowId: null }] });
    await scene.customer();
    await scene.evaluate();
    return ruleId;
  },
  async failed(scene) {
    const ruleId = await WAYS.planned!(scene);
    await scene.deliver("failed");
    return ruleId;
  },
  async partlyApplied(scene) {
    const ruleId = await scene.rule({ actions: [assign(scene), send(scene)] });
    await scene.customer();
    await scene.evaluate();
    await scene.deliver("failed");
    return ruleId;
  },
  async cancelled(scene) {
    const ruleId = await WAYS.waiting!(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/runs/${run.id}/cancel`);
    return ruleId;
  },
};

/** For each status what each move answers: the status it leads to, or the code it is refused with. */
const TABLE: Record<string, Record<"pause" | "resume" | "cancel" | "retry", string>> = {
  held: { pause: "held", resume: "rule_paused", cancel: "cancelled", retry: "run_open" },
  planned: { pause: "held", resume: "planned", cancel: "cancelled", retry: "run_open" },
  running: { pause: "held", resume: "running", cancel: "cancelled", retry: "run_open" },
  waiting: { pause: "held", resume: "waiting", cancel: "cancelled", retry: "run_open" },
  applied: { pause: "run_ended", resume: "run_ended", cancel: "run_ended", retry: "nothing_failed" },
  skipped: { pause: "run_ended", resume: "run_ended", cancel: "run_ended", retry: "nothing_failed" },
  failed: { pause: "run_ended", resume: "run_ended", cancel: "run_ended", retry: "planned" },
  partlyApplied: { pause: "run_ended", resume: "run_ended", cancel: "run_ended", retry: "planned" },
  cancelled: { pause: "run_ended", resume: "run_ended", cancel: "cancelled", retry: "nothing_failed" },
};
const CASES = Object.entries(TABLE).flatMap(([status, moves]) =>
  Object.entries(moves).map(([move, answer]) => ({ status, move, answer })),
);

describe("moves of one run", () => {
  it.each(CASES)("$move of a $status run answers $answer, and again the same", async ({ status, move, answer }) => {
    const scene = await createScene(api);
    await WAYS[status]!(scene);
    const [run] = await scene.runs();
    expect(run.status).toBe(status);
    const isRefused = answer.includes("_");
    for (const attempt of ["first", "repeated"]) {
      const { body, status: http } = await scene.post(`/v1/runs/${run.id}/${move}`);
      expect([attempt, http, isRefused ? body.code : body.status]).toEqual([attempt, isRefused ? 409 : 200, answer]);
    }
    if (isRefused) expect(await scene.runs()).toEqual([run]);
  });

  it("an unknown run, and one of another organization, is 404", async () => {
    const scene = await createScene(api);
    await WAYS.waiting!(scene);
    const [run] = await scene.runs();
    const other = await createScene(api);
    for (const move of ["pause", "resume", "cancel", "retry", "replay", "undo"]) {
      expect((await other.post(`/v1/runs/${run.id}/${move}`)).status).toBe(404);
      expect((await other.post(`/v1/runs/none/${move}`)).status).toBe(404);
    }
    const { body } = await other.post("/v1/runs/actions", { action: "cancel", runIds: [run.id] });
    expect(body).toMatchObject({ selected: 0, results: [] });
    expect(await scene.runs()).toEqual([run]);
  });
});

describe("a run that is paused by hand", () => {
  it("goes on with its message under the same key once it is resumed, and that again is harmless afterwards", async () => {
    const scene = await createScene(api);
    await WAYS.running!(scene);
    const [run] = await scene.runs();
    const paused = await scene.post(`/v1/runs/${run.id}/pause`);
    expect(paused.body).toMatchObject({ status: "held", reason: "paused", pausedAt: expect.any(String) });
    expect(await scene.deliver("sent")).toEqual([]);
    expect((await scene.post(`/v1/runs/${run.id}/resume`)).body).toMatchObject({ status: "planned", pausedAt: null });
    expect(await scene.deliver("sent")).toHaveLength(1);
    expect((await scene.post(`/v1/runs/${run.id}/resume`)).body).toMatchObject({ status: "applied" });
    expect((await scene.post(`/v1/runs/${run.id}/pause`)).status).toBe(409);
  });

  it("stays so when its rule is paused and resumed", async () => {
    const scene = await createScene(api);
    const ruleId = await WAYS.planned!(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/runs/${run.id}/pause`);
    await scene.post(`/v1/rules/${ruleId}/pause`);
    await scene.post(`/v1/rules/${ruleId}/resume`);
    await scene.evaluate();
    expect(await scene.runs()).toMatchObject([{ status: "held" }]);
    expect(await scene.deliver("sent")).toEqual([]);
  });

  it("stays held by its rule when it alone is resumed", async () => {
    const scene = await createScene(api);
    const ruleId = await WAYS.planned!(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/runs/${run.id}/pause`);
    await scene.post(`/v1/rules/${ruleId}/pause`);
    const resumed = await scene.post(`/v1/runs/${run.id}/resume`);
    expect(resumed.body).toMatchObject({ status: "held", pausedAt: null });
    await scene.post(`/v1/rules/${ruleId}/resume`);
    expect(await scene.deliver("sent")).toHaveLength(1);
  });

  it("keeps its timer: resumed in time it waits on, resumed late it goes on at once", async () => {
    const scene = await createScene(api);
    await WAYS.waiting!(scene);
    const [{ id, customerId, actions }] = await scene.runs();
    await scene.post(`/v1/runs/${id}/pause`);
    const resumed = await scene.post(`/v1/runs/${id}/resume`);
    expect(resumed.body).toMatchObject({
      status: "waiting",
      actions: [{ status: "waiting", dueAt: actions[0].dueAt }, {}],
    });
    await scene.post(`/v1/runs/${id}/pause`);
    await scene.evaluate(Date.now() + 4 * DAY);
    expect((await scene.read(customerId)).workflowId).toBe(null);
    expect(await scene.runs()).toMatchObject([
      { status: "held", actions: [{ status: "applied" }, { status: "held" }] },
    ]);
    await scene.post(`/v1/runs/${id}/resume`);
    await scene.evaluate();
    expect((await scene.read(customerId)).workflowId).toBe(scene.agency);
  });

  it("is told on the customer's timeline with who did it", async () => {
    const scene = await createScene(api);
    await WAYS.waiting!(scene);
    const [run] = await scene.runs();
    for (const move of ["pause", "pause", "resume", "cancel"]) await scene.post(`/v1/runs/${run.id}/${move}`);
    const entries = await scene.timeline(run.customerId, "control");
    expect(entries.map(({ data }) => data.action)).toEqual(["pause", "resume", "cancel"]);
    expect(entries[0]).toMatchObject({ source: "api", actor: { keyId: expect.any(String) }, data: { runId: run.id } });
  });
});

describe("retry", () => {
  it("sends a failed message again under the same key, in the same run", async () => {
    const scene = await createScene(api);
    await scene.rule({ actions: [send(scene), assign(scene)] });
    await scene.customer();
    await scene.evaluate();
    const [key] = await scene.deliver("failed");
    const [run] = await scene.runs();
    expect(run).toMatchObject({ status: "partlyApplied", actions: [{ status: "failed" }, { status: "applied" }] });
    await scene.post(`/v1/runs/${run.id}/retry`);
    expect(await scene.deliver("sent")).toEqual([key]);
    expect(await scene.runs()).toMatchObject([
      { id: run.id, status: "applied", actions: [{ status: "applied", attempts: 2, error: null }, run.actions[1]] },
    ]);
    expect((await scene.post(`/v1/runs/${run.id}/retry`)).body).toMatchObject({ status: "applied" });
  });

  it("carries out again only what failed, by the tracker", async () => {
    const scene = await createScene(api);
    const body = "{{ customer.name | money }}";
    await scene.rule({ actions: [assign(scene), { ...send(scene), body: "b" }] });
    await scene.customer();
    await scene.evaluate();
    await scene.deliver("sent");
    const [run] = await scene.runs();
    // As an evaluation leaves it that could not plan the message.
    await api.database.sql`delete from notifications where run_id = ${run.id}`;
    await api.database.sql`
      update rule_runs set status = 'partlyApplied',
        actions = jsonb_set(actions, '{1}', ${api.database.sql.json({ type: "sendNotification", status: "failed", error: body })})
      where id = ${run.id}`;
    await scene.post(`/v1/runs/${run.id}/retry`);
    await scene.evaluate();
    expect(await scene.deliver("sent")).toHaveLength(1);
    const [again] = await scene.runs();
    expect(again).toMatchObject({ status: "applied", actions: [run.actions[0], { status: "applied" }] });
    expect(await scene.timeline(run.customerId, "assignment")).toHaveLength(1);
  });

  it("is refused for a rule that does not act and a customer that is excluded", async () => {
    const scene = await createScene(api);
    const ruleId = await WAYS.failed!(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/rules/${ruleId}/deactivate`);
    expect((await scene.post(`/v1/runs/${run.id}/retry`)).body.code).toBe("rule_inactive");
    await scene.post(`/v1/rules/${ruleId}/activate`);
    await scene.post(`/v1/customers/${run.customerId}/exclude`);
    expect((await scene.post(`/v1/runs/${run.id}/retry`)).body.code).toBe("customer_excluded");
  });

  it("of a paused rule's run waits for the rule", async () => {
    const scene = await createScene(api);
    const ruleId = await WAYS.failed!(scene);
    const [run] = await scene.runs();
    await scene.post(`/v1/rules/${ruleId}/pause`);
    expect((await scene.post(`/v1/runs/${run.id}/retry`)).body).toMatchObject({ status: "held" });
    expect(await scene.deliver("sent")).toEqual([]);
    await scene.post(`/v1/rules/${ruleId}/resume`);
    expect(await scene.deliver("sent")).toHaveLength(1);
  });
});

describe("many runs at once", () => {
  it("takes the runs of a rule that the action concerns, and counts", async () => {
    const scene = await createScene(api);
    const ruleId = await scene.rule({ actions: [send(scene)] });
    await scene.customer();
    await scene.evaluate();
    await scene.deliver("sent");
    for (const name of ["A", "B", "C"]) await scene.customer({ name });
    await scene.evaluate();
    const act = (action: string, more = {}) => scene.post("/v1/runs/actions", { action, ruleId, ...more });
    expect((await act("pause")).body).toMatchObject({ action: "pause", selected: 3, done: 3, refused: 0, more: false });
    expect((await act("pause")).body).toMatchObject({ selected: 3, done: 0, unchanged: 3 });
    expect((await act("resume")).body).toMatchObject({ selected: 3, done: 3 });
    expect(await scene.deliver("failed")).toHaveLength(3);
    expect((await act("retry")).body).toMatchObject({ selected: 3, done: 3 });
    expect((await act("cancel")).body).toMatchObject({ selected: 3, done: 3 });
    expect(await scene.deliver("sent")).toEqual([]);
  });

  it("answers for every run that is named why it is refused", async () => {
    const scene = await createScene(api);
    await WAYS.applied!(scene);
    const [applied] = await scene.runs();
    await WAYS.waiting!(scene);
    const runIds = (await scene.runs()).map(({ id }) => id);
    const { body } = await scene.post("/v1/runs/actions", { action: "cancel", runIds: [...runIds, "nothing"] });
    expect(body).toMatchObject({ selected: runIds.length, refused: runIds.length - 1, done: 1 });
    expect(body.results).toContainEqual({
      runId: applied.id,
      result: "refused",
      status: "applied",
      code: "run_ended",
      message: expect.stringContaining("ended"),
    });
  });

  it("selects by status, customer and time", async () => {
    const scene = await createScene(api);
    await scene.rule({ actions: [{ type: "wait", days: 3 }, assign(scene)] });
    const first = await scene.customer({ externalId: "C-1" });
    await scene.customer();
    await scene.evaluate();
    const pause = (filter: object) => scene.post("/v1/runs/actions", { action: "pause", filter });
    expect((await pause({ since: "2999-01-01T00:00:00Z" })).body.selected).toBe(0);
    expect((await pause({ status: "applied" })).body.selected).toBe(0);
    expect((await pause({ customerId: "external:C-1", status: ["waiting", "held"] })).body).toMatchObject({ done: 1 });
    expect(await scene.runs(`?customerId=${first}`)).toMatchObject([{ status: "held" }]);
    expect((await pause({ customerId: "external:none" })).body.selected).toBe(0);
  });

  it("asks for a selection", async () => {
    const scene = await createScene(api);
    const { body } = await scene.post("/v1/runs/actions", { action: "cancel" });
    expect(body).toMatchObject({ status: 422, errors: [{ path: "runIds" }] });
  });
});
