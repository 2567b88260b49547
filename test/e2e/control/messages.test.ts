import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Receiver, startReceiver } from "../../helpers/receiver.ts";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";

let stack: SharedStack;
let receiver: Receiver;
let answer = 200;
beforeAll(async () => {
  stack = await sharedStack();
  receiver = await startReceiver(() => ({ status: answer }));
});
afterAll(async () => {
  await receiver?.close();
});

interface Run {
  id: string;
  status: string;
  replayOf: string | null;
  actions: { status: string; attempts: number }[];
}

const keysOf = (from: number) => receiver.received.slice(from).map(({ headers }) => headers["idempotency-key"]);

/** An organization whose rule tells the receiver of every new customer. */
async function telling(): Promise<{ organization: ApiOrganization; ruleId: string; received: number }> {
  const organization = await stack.organization();
  const { api } = organization;
  const channel = await api.post<{ id: string }>("/v1/channels", { name: "Ops", kind: "webhook", url: receiver.url });
  const ann = { email: "ann@acme.test", name: "Ann", role: "member", position: "accountManager" };
  const { id: userId } = await api.post<{ id: string }>("/v1/users", ann);
  const rule = await api.post<{ id: string }>("/v1/rules", {
    ...{ name: "Tell", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId: channel.id, to: [{ userId }], body: "{{ customer.name }}" }],
  });
  await api.post(`/v1/rules/${rule.id}/activate`, {});
  return { organization, ruleId: rule.id, received: receiver.received.length };
}

const runIs = ({ api }: ApiOrganization, status: string, index = 0) =>
  eventually(
    async () => {
      const run = (await api.get<{ runs: Run[] }>("/v1/runs")).runs[index];
      return run?.status === status && run;
    },
    { message: `a run that is ${status}` },
  );

it("a failed message is retried, and replayed with resend, as told: once under its key, once under a new one", async () => {
  answer = 400;
  const { organization, received } = await telling();
  const { api } = organization;
  await api.post("/v1/customers", { name: "Globex" });
  const failed = await runIs(organization, "failed");
  answer = 200;
  await api.post(`/v1/runs/${failed.id}/retry`, {});
  const applied = await runIs(organization, "applied");
  expect(applied).toMatchObject({ id: failed.id, actions: [{ status: "applied", attempts: 2 }] });
  const [first, second, ...others] = keysOf(received);
  expect([second, others]).toEqual([first, []]);
  await api.post(`/v1/runs/${failed.id}/replay`, { dryRun: false, resend: true });
  await runIs(organization, "applied", 1);
  const [, , third, ...more] = keysOf(received);
  expect(more).toEqual([]);
  expect(third).not.toBe(first);
});

it("a message that waits for another attempt is held with its rule and goes out, once, when it is resumed", async () => {
  answer = 503;
  const { organization, ruleId, received } = await telling();
  const { api } = organization;
  await api.post("/v1/customers", { name: "Globex" });
  await runIs(organization, "waiting");
  await api.post(`/v1/rules/${ruleId}/pause`, {});
  await runIs(organization, "held");
  answer = 200;
  await api.post("/v1/customers", { name: "Initech" });
  await runIs(organization, "held", 1);
  await api.post(`/v1/rules/${ruleId}/resume`, {});
  await runIs(organization, "applied");
  await runIs(organization, "applied", 1);
  // Every attempt of one message carries one key; the two that were answered 200 are of different messages.
  expect(new Set(keysOf(received)).size).toBe(2);
});
