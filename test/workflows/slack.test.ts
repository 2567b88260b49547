import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Backoff } from "../../worker/backoff.ts";
import { doRound } from "../../worker/reconciler.ts";
import { createTestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";
import { telling, tellOf, told } from "./support/telling.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let worker: TestWorker;
let receiver: Receiver;
beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  worker = await startTestWorker({ databaseUrl: database.url, temporalAddress: temporalAddress(), startsRuns: false });
});
afterAll(async () => {
  await worker?.stop();
  await receiver?.stop();
  await database?.drop();
});

const USERS = ["ann@acme.test", "bob@acme.test"];

/** An organization that tells so many users by Slack, or by webhook, of every new customer. */
async function slacking(more: Parameters<typeof telling>[2] = {}, users = 1, kind: "slack" | "webhook" = "slack") {
  const org = await createTestOrganization(database.sql);
  const path = `/${org.id}`;
  const channelId = await org.channel(kind, receiver.url(path));
  const to = [];
  for (const email of USERS.slice(0, users)) to.push({ userId: await org.user(email) });
  await org.activate(telling(channelId, to, more));
  const texts = () => receiver.received(path).map(({ body }) => (JSON.parse(body) as { text: string }).text);
  return { org, path, channelId, to, texts };
}

describe("a Slack message", () => {
  it("has its subject in bold and names each recipient, because the webhook has one place for all", async () => {
    const { org, path, texts } = await slacking({ body: "see <https://acme.test|there>" }, 2);
    await tellOf(worker, org, "Globex");
    const sent = await told(database, org);
    expect(sent.map(({ status }) => status)).toEqual(["sent", "sent"]);
    expect(texts().sort()).toEqual([
      "*New: Globex*\nsee <https://acme.test|there>\n_for ann@acme.test_",
      "*New: Globex*\nsee <https://acme.test|there>\n_for bob@acme.test_",
    ]);
    const keys = receiver.received(path).map(({ headers }) => headers["idempotency-key"]);
    expect(keys.sort()).toEqual(sent.map(({ id }) => id).sort());
  });

  it.each([
    ["a call to the channel", "<!channel> & co", "{{ customer.name }}", "&lt;!channel&gt; &amp; co"],
    ["a link", "<https://evil.test|Globex>", "{{ customer.name | raw }}", "&lt;https://evil.test|Globex&gt;"],
    [
      "what was captured before",
      "A & <B>",
      "{% capture x %}*{{ customer.name }}*{% endcapture %}{{ x }}",
      "*A &amp; &lt;B&gt;*",
    ],
    ["an echo", "<!here>", "{% echo customer.name %}", "&lt;!here&gt;"],
    ["a cycle", "<!here>", "{% cycle customer.name %}", "&lt;!here&gt;"],
  ])("shows %s in a value as text", async (_, name, body, expected) => {
    const { org, texts } = await slacking({ subject: "", body });
    await tellOf(worker, org, name);
    await told(database, org);
    expect(texts()).toEqual([`${expected}\n_for ann@acme.test_`]);
  });

  it("is given up when Slack knows the webhook no more", async () => {
    const { org, path } = await slacking();
    receiver.answer(path, { status: 404 });
    await tellOf(worker, org, "Globex");
    expect(await told(database, org)).toMatchObject([{ status: "failed", attempts: 1 }]);
  });
});

describe("a receiver that asks for quiet", () => {
  it("gets nothing of the whole channel until the time is over, and nobody else waits", async () => {
    const { org, path } = await slacking({}, 1, "webhook");
    const other = await slacking({}, 1, "webhook");
    receiver.answer(path, { status: 429, headers: { "retry-after": "6" } }, { status: 200 });
    await tellOf(worker, org, "first");
    await told(database, org, ({ error }) => error !== null);
    await tellOf(worker, org, "second", "third");
    await tellOf(worker, other.org, "other");
    const free = await told(database, other.org);
    const backoff = new Backoff(0, 0);
    const quiet = await eventually(async () => {
      await doRound(worker.reconciler, backoff);
      const all = await told(database, org, () => true);
      return all.every(({ status }) => status === "sent") && all;
    });
    const [first, ...later] = receiver.received(path);
    expect(later).toHaveLength(3);
    for (const { at } of later) expect(at - first!.at).toBeGreaterThanOrEqual(5_900);
    // Waiting its turn is no attempt.
    expect(quiet.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2]);
    expect(free).toMatchObject([{ status: "sent", attempts: 1 }]);
    expect(receiver.received(other.path)[0]!.at).toBeLessThan(later[0]!.at);
  });
});

describe("a channel with a limit", () => {
  it("sends at that pace and counts only what was sent", async () => {
    const { org, path, channelId } = await slacking();
    await database.sql`update channels set messages_per_minute = 60 where id = ${channelId}`;
    const begin = Date.now();
    await tellOf(worker, org, "A", "B", "C", "D");
    const sent = await told(database, org);
    expect(sent.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    // Counted from before the first one: how long that takes to arrive is the machine's affair.
    receiver.received(path).forEach(({ at }, place) => {
      expect(at - begin).toBeGreaterThanOrEqual(1_000 * place);
    });
  });

  it("holds up no other channel of its organization, however much waits for it", async () => {
    const slow = await slacking();
    await database.sql`update channels set messages_per_minute = 1 where id = ${slow.channelId}`;
    const { org, to } = slow;
    const quick = await org.channel("webhook", receiver.url(`${slow.path}-quick`));
    const many = Array.from({ length: 300 }, (_, index) => ({ externalId: `${index}`, name: "Globex" }));
    await org.customers(many);
    await org.evaluateAll();
    await org.activate(telling(quick, to));
    await tellOf(worker, org, "urgent");
    await eventually(() => receiver.received(`${slow.path}-quick`).length === 1);
    await eventually(() => receiver.received(slow.path).length === 1);
    const [row] = await database.sql`
      select count(*)::int as planned from notifications where channel_id = ${slow.channelId} and status = 'planned'`;
    expect(row).toEqual({ planned: 300 });
  });
});
