import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../helpers/poll.ts";
import { keyOf, type Receiver, type Reply, startReceiver } from "../../helpers/receiver.ts";
import { type Run, type Scene, useScenes } from "../rules/support/scene.ts";

const open = useScenes();

/** What the receiver answers first; whatever comes under the same key again is taken. */
const TEMPORARY = [408, 429, 500, 502, 503];
const PERMANENT = [400, 401, 403, 404, 410, 413, 422, 301];
const STATUSES = [...TEMPORARY, ...PERMANENT, 200];

/** The customer about whom the receiver says nothing, until it is told to, and whose first request it so lets time out. */
const SILENT = 599;

let receiver: Receiver;
let scene: Scene;
/** The run about the silent one, seen before its 10 seconds are over. */
let silent: Run;
const answers: (() => void)[] = [];
beforeAll(async () => {
  receiver = await startReceiver(async ({ body }, count): Promise<Reply> => {
    const isSilent = (JSON.parse(body) as { subject: string }).subject === `${SILENT}`;
    if (isSilent) await new Promise<void>((answer) => answers.push(answer));
    const status = isSilent || count > 0 ? 200 : Number((JSON.parse(body) as { subject: string }).subject);
    return { status, ...(status === 301 ? { headers: { location: receiver.url } } : {}) };
  });
  scene = await open();
  const channelId = await scene.organization.channel({ kind: "webhook", url: receiver.url, secret: "s" });
  await scene.rules({
    ...{ name: "Tells", trigger: { type: "customerCreated" } },
    actions: [
      { type: "sendNotification", channelId, to: [{ userId: "@ann" }], subject: "{{ customer.name }}", body: "look" },
    ],
  });
  const items = [SILENT, ...STATUSES].map((status) => ({ externalId: `C-${status}`, name: String(status) }));
  await scene.api.post("/v1/bulk/customers", { items });
  silent = await eventually(async () => {
    const { run } = await about(SILENT);
    return run?.status === "running" && run;
  });
  await eventually(async () => {
    const { runs } = await scene.api.get<{ runs: Run[] }>("/v1/runs?limit=100");
    const open = runs.filter(({ status }) => ["planned", "running", "waiting"].includes(status));
    return runs.length === items.length && open.length === 1;
  });
});
afterAll(async () => {
  for (const answer of answers) answer();
  await receiver?.close();
});

async function about(status: number): Promise<{ run: Run | undefined; requests: { key: string; at: number }[] }> {
  const { runs } = await scene.api.get<{ runs: Run[] }>(`/v1/runs?customerId=external:C-${status}`);
  const requests = receiver.received.filter(
    ({ body }) => (JSON.parse(body) as { subject: string }).subject === `${status}`,
  );
  return { run: runs[0], requests: requests.map((request) => ({ key: keyOf(request), at: request.at })) };
}

describe("a message that the receiver answers", () => {
  it.each(TEMPORARY)("%i is sent again about a second later, under the same key", async (status) => {
    const { run, requests } = await about(status);
    expect(run).toMatchObject({ status: "applied", actions: [{ status: "applied", attempts: 2, error: null }] });
    const [first, second, ...more] = requests;
    expect([second?.key, more]).toEqual([first?.key, []]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  it.each(PERMANENT)("%i is not sent again: the run has failed and says why", async (status) => {
    const { run, requests } = await about(status);
    expect(run).toMatchObject({
      status: "failed",
      actions: [{ status: "failed", attempts: 1, error: `the receiver answered ${status}` }],
    });
    expect(requests).toHaveLength(1);
  });

  it("with a failure for good goes out under its old key when it is retried by hand, in the same run", async () => {
    const { run, requests } = await about(404);
    await scene.api.post(`/v1/runs/${run?.id}/retry`);
    const after = await eventually(async () => {
      const found = await about(404);
      return found.run?.status === "applied" && found;
    });
    expect(after.run).toMatchObject({ id: run?.id, status: "applied", actions: [{ attempts: 2, error: null }] });
    expect(after.requests.map(({ key }) => key)).toEqual([requests[0]?.key, requests[0]?.key]);
  });

  it("not at all is running, is given up after 10 seconds, and sent again under the same key", async () => {
    expect(silent).toMatchObject({ finishedAt: null });
    const waiting = await eventually(async () => {
      const { run } = await about(SILENT);
      return run?.status === "waiting" && run;
    });
    expect(waiting.actions).toMatchObject([{ error: "the receiver did not answer within 10 s" }]);
    await eventually(() => answers.length > 1);
    for (const answer of answers) answer();
    const after = await eventually(async () => {
      const found = await about(SILENT);
      return found.run?.status === "applied" && found;
    });
    expect(after.run).toMatchObject({ id: silent.id, actions: [{ attempts: 2, error: null }] });
    expect(after.requests).toHaveLength(2);
    expect(new Set(after.requests.map(({ key }) => key)).size).toBe(1);
  });
});
