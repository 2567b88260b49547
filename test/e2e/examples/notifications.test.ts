import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient, type Credentials } from "../../helpers/apiClient.ts";
import { eventually } from "../../helpers/poll.ts";
import { keyOf, type Received, type Receiver, type Reply, startReceiver } from "../../helpers/receiver.ts";
import { type Scene, useStack } from "./scene.ts";

const { stack, scene } = useStack();
const SECRET = "shared secret";
const created = { type: "customerCreated" } as const;

/** What the receiver answers to a customer's message, by how often it came before. */
const replies: Record<string, (count: number) => Reply> = {
  fine: () => ({ status: 200 }),
  failing: (count) => ({ status: count < 2 ? 500 : 204 }),
  busy: (count) => (count === 0 ? { status: 429, headers: { "Retry-After": "3" } } : { status: 200 }),
  gone: () => ({ status: 404 }),
};

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(({ body }, count) => {
    const { subject } = JSON.parse(body) as { subject: string };
    return replies[subject]?.(count) ?? { status: 400 };
  });
});
afterAll(() => receiver?.close());

/** A rule that tells Ann about every new customer, by its external id. */
async function telling(kind: "webhook" | "inApp"): Promise<Scene & { ann: string; ruleId: string }> {
  const here = await scene();
  const ann = await here.organization.user("ann@acme.test");
  const target = kind === "webhook" ? { url: receiver.url, secret: SECRET } : {};
  const channelId = await here.organization.channel({ kind, ...target });
  const [ruleId = ""] = await here.organization.activate({
    name: "Tell Ann",
    trigger: created,
    actions: [
      {
        type: "sendNotification",
        channelId,
        to: [{ userId: ann }],
        subject: "{{ customer.externalId }}",
        body: "owes {{ customer.outstanding | money }}",
      },
    ],
  });
  return { ...here, ann, ruleId };
}

/** The requests about one customer of one organization, in the order they came. */
async function requestsAbout(here: Scene & { ruleId: string }, externalId: string): Promise<Received[]> {
  const { id } = await here.read(externalId);
  return receiver.received.filter(({ body }) => body.includes(id) && body.includes(here.ruleId));
}

describe("a webhook", () => {
  it("is signed with the hex HMAC-SHA256 over timestamp.body", async () => {
    const here = await telling("webhook");
    await here.customer({ externalId: "fine" });
    const [request, ...more] = await requestsAbout(here, "fine");
    expect(more).toEqual([]);
    if (!request) throw new Error("no request came");
    const timestamp = String(request.headers["x-tripline-timestamp"]);
    expect(Math.abs(Number(timestamp) - request.at / 1_000)).toBeLessThan(60);
    const expected = createHmac("sha256", SECRET).update(`${timestamp}.${request.body}`).digest("hex");
    expect(request.headers["x-tripline-signature"]).toBe(expected);
    expect(JSON.parse(request.body)).toMatchObject({ subject: "fine", recipient: { email: "ann@acme.test" } });
    expect(await here.runs()).toMatchObject([{ status: "applied", actions: [{ status: "applied", attempts: 1 }] }]);
  });

  it("is sent again after a 500, always under the same Idempotency-Key", async () => {
    const here = await telling("webhook");
    await here.customer({ externalId: "failing" });
    const requests = await requestsAbout(here, "failing");
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(keyOf)).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect(await here.runs()).toMatchObject([{ status: "applied", actions: [{ attempts: 3 }] }]);
  });

  it("waits as long as the receiver's Retry-After asks", async () => {
    const here = await telling("webhook");
    await here.customer({ externalId: "busy" });
    const [first, second] = await requestsAbout(here, "busy");
    if (!first || !second) throw new Error("two requests should have come");
    expect(second.at - first.at).toBeGreaterThanOrEqual(3_000);
  });

  it("is given up at once when the receiver answers 404, and the run says so", async () => {
    const here = await telling("webhook");
    await here.customer({ externalId: "gone" });
    expect(await requestsAbout(here, "gone")).toHaveLength(1);
    const [run] = await here.runs();
    expect(run).toMatchObject({ status: "failed", actions: [{ status: "failed", attempts: 1 }] });
    expect(run?.actions[0]?.error).toContain("404");
  });

  it("is carried out by a workflow that Temporal finds by rule, customer and status", async () => {
    const here = await telling("webhook");
    const { id } = await here.customer({ externalId: "fine" });
    const [run] = await here.runs();
    const query = `TriplineRule = "${here.ruleId}" and TriplineCustomer = "${id}" and TriplineStatus = "sent"`;
    const found = await eventually(
      async () => {
        for await (const one of stack().client.workflow.list({ query })) return one;
        return null;
      },
      { message: `a workflow with ${query}` },
    );
    expect(found.workflowId).toBe(run?.temporalWorkflowId);
    expect(found.memo).toMatchObject({ organizationId: here.organization.id });
    const described = await stack().client.workflow.getHandle(found.workflowId).describe();
    expect(await described.staticSummary()).toBe(`Notifications of organization ${here.organization.id}`);
  });
});

describe("an in-app message", () => {
  it("is in its recipient's inbox", async () => {
    const here = await telling("inApp");
    await here.customer({ externalId: "fine", userIds: [here.ann] });
    const key = await here.organization.api.post<Credentials>("/v1/api_keys", { name: "Ann's", userId: here.ann });
    const inbox = await new ApiClient(stack().apiUrl, key).get<{ notifications: unknown[] }>(
      "/v1/notifications?inbox=true",
    );
    expect(inbox.notifications).toMatchObject([
      { kind: "inApp", status: "sent", subject: "fine", recipient: { userId: here.ann } },
    ]);
  });
});
