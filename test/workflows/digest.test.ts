import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Backoff } from "../../worker/backoff.ts";
import { doRound } from "../../worker/reconciler.ts";
import { type MailServer, startMailServer } from "../helpers/mailServer.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";
import { telling } from "./support/telling.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let worker: TestWorker;
let receiver: Receiver;
let server: MailServer;
beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startReceiver();
  server = await startMailServer();
  const place = { databaseUrl: database.url, temporalAddress: temporalAddress(), startsRuns: false };
  worker = await startTestWorker({ ...place, smtpUrl: server.url });
});
afterAll(async () => {
  await worker?.stop();
  await receiver?.stop();
  await server?.stop();
  await database?.drop();
});

/** An organization that gathered what it has to tell Ann of two new customers; it is due. */
async function gathered(
  kind: "webhook" | "slack" | "email" | "inApp",
): Promise<{ org: TestOrganization; path: string; ann: string }> {
  const org = await createTestOrganization(database.sql);
  const [path, ann] = [`/${org.id}`, `ann@${org.id}.test`];
  const channelId = await org.channel(kind, kind === "webhook" || kind === "slack" ? receiver.url(path) : undefined);
  await org.activate(telling(channelId, [{ userId: await org.user(ann) }], { digest: "hourly" }));
  await org.customers(["A & B", "C"].map((name) => ({ externalId: name, name })));
  await org.evaluateAll();
  await database.sql`update notifications set due_at = now() where organization_id = ${org.id}`;
  return { org, path, ann };
}

/** Lets the reconciler find what is due, until every run of the organization has ended so. */
async function ended(org: TestOrganization, status: string): Promise<string> {
  const backoff = new Backoff(0, 0);
  await eventually(
    async () => {
      await doRound(worker.reconciler, backoff);
      const runs = await database.sql`select status from rule_runs where organization_id = ${org.id}`;
      return runs.length === 2 && runs.every((run) => run.status === status);
    },
    { message: `runs that are ${status}` },
  );
  const [digest] = await database.sql<{ id: string }[]>`
    select id from notifications where organization_id = ${org.id} and run_id is null`;
  return digest!.id;
}

describe("a digest that is due", () => {
  it("goes out by webhook as one signed message that lists what it carries", async () => {
    const { org, path } = await gathered("webhook");
    receiver.answer(path, { status: 500 }, { status: 200 });
    const id = await ended(org, "applied");
    const requests = receiver.received(path);
    expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual([id, id]);
    expect(requests[0]!.body).toBe(requests[1]!.body);
    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      ...{ id, type: "digest", subject: "2 notifications" },
      notifications: [
        { subject: "New: A & B", body: "hello", customer: { externalId: "A & B" }, rule: { name: "tell" } },
        { subject: "New: C", customer: { externalId: "C" } },
      ],
    });
    const rows = await database.sql`
      select status, attempts, error from notifications where organization_id = ${org.id} and run_id is not null`;
    expect(rows).toEqual(Array(2).fill({ status: "sent", attempts: 2, error: null }));
  });

  it("goes out by mail and Slack as one text", async () => {
    const [mailed, slacked] = [await gathered("email"), await gathered("slack")];
    const id = await ended(mailed.org, "applied");
    const [received, ...more] = server.received(mailed.ann);
    expect(more).toEqual([]);
    expect(received?.mail).toMatchObject({ messageId: `<${id}@acme.test>`, subject: "2 notifications" });
    expect(received?.mail.text?.trimEnd()).toBe("New: A & B\nhello\n\nNew: C\nhello");
    await ended(slacked.org, "applied");
    expect(receiver.received(slacked.path).map(({ body }) => JSON.parse(body).text)).toEqual([
      `*2 notifications*\n*New: A &amp; B*\nhello\n\n*New: C*\nhello\n_for ${slacked.ann}_`,
    ]);
  });

  it("is one message in the inbox", async () => {
    const { org } = await gathered("inApp");
    const id = await ended(org, "applied");
    const [row] = await database.sql`
      select subject, body, status, user_id is not null as mine from notifications where id = ${id}`;
    expect(row).toEqual({
      ...{ subject: "2 notifications", body: "New: A & B\nhello\n\nNew: C\nhello" },
      ...{ status: "sent", mine: true },
    });
  });

  it("fails as one", async () => {
    const { org, path } = await gathered("webhook");
    receiver.answer(path, { status: 404 });
    await ended(org, "failed");
    expect(receiver.received(path)).toHaveLength(1);
    const [run] = await database.sql`select actions from rule_runs where organization_id = ${org.id} limit 1`;
    expect(run!.actions).toMatchObject([
      { status: "failed", reason: "delivery", attempts: 1, error: "the receiver answered 404" },
    ]);
  });
});
