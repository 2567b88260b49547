import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MailServer, startMailServer } from "../helpers/mailServer.ts";
import { createTestOrganization, type TestOrganization } from "../helpers/organization.ts";
import { eventually } from "../helpers/poll.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/postgres.ts";
import { temporalAddress } from "../helpers/temporal.ts";
import { telling, tellOf, told } from "./support/telling.ts";
import { startTestWorker, type TestWorker } from "./support/testWorker.ts";

let database: TestDatabase;
let server: MailServer;
let worker: TestWorker;
const place = () => ({ databaseUrl: database.url, temporalAddress: temporalAddress(), startsRuns: false });
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startMailServer();
  worker = await startTestWorker({ ...place(), smtpUrl: server.url });
});
afterAll(async () => {
  await worker?.stop();
  await server?.stop();
  await database?.drop();
});

let made = 0;
/** An address that belongs to one test alone. */
const address = () => `u${++made}@acme.test`;

/** An organization that mails these people of every new customer. */
async function mailing(people: string[], more: Parameters<typeof telling>[2] = {}): Promise<TestOrganization> {
  const org = await createTestOrganization(database.sql);
  const to = [];
  for (const email of people) to.push({ userId: await org.user(email) });
  await org.activate(telling(await org.channel("email"), to, more));
  return org;
}

describe("a mail", () => {
  it("goes to its recipient as plain text, under the notification's id", async () => {
    const ann = address();
    const org = await mailing([ann], {
      body: "Für Söhne & <b>Töchter</b>\n.\nowes {{ customer.outstanding | money }}",
    });
    await tellOf(worker, org, "Globex <Inc>");
    const [notification] = await told(database, org);
    expect(notification).toMatchObject({ status: "sent", attempts: 1, error: null });
    const [{ to, mail }] = server.received(ann) as [ReturnType<MailServer["received"]>[number]];
    expect(to).toEqual([ann]);
    expect(mail).toMatchObject({
      messageId: `<${notification?.id}@acme.test>`,
      subject: "New: Globex <Inc>",
      from: { address: "tripline@acme.test", name: "Tripline" },
      to: [{ address: ann }],
    });
    expect(mail.html).toBeUndefined();
    expect(mail.text?.trimEnd()).toBe("Für Söhne & <b>Töchter</b>\n.\nowes 0.00 EUR");
    expect(mail.headers).toContainEqual(expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }));
  });

  it("is sent again after a 451 under the same Message-ID", async () => {
    const ann = address();
    server.answer(ann, 451, 451, 250);
    const org = await mailing([ann]);
    await tellOf(worker, org, "Globex");
    const [notification] = await told(database, org);
    expect(notification).toMatchObject({ status: "sent", attempts: 3, error: null });
    expect(server.received(ann).map(({ mail }) => mail.messageId)).toEqual([`<${notification?.id}@acme.test>`]);
  });

  it("is given up at once after a 550, and the reason is told", async () => {
    const [gone, ann] = [address(), address()];
    server.answer(gone, 550);
    const org = await mailing([gone, ann]);
    await tellOf(worker, org, "Globex");
    expect(await told(database, org)).toMatchObject([
      { status: "failed", attempts: 1, error: expect.stringMatching(/550.*says the test/) },
      { status: "sent" },
    ]);
    const [run] = await database.sql`select status, actions from rule_runs where organization_id = ${org.id}`;
    expect(run).toMatchObject({ status: "partlyApplied", actions: [{ sent: 1, failed: 1, reason: "delivery" }] });
  });

  it.each([
    ["two addresses", "a@acme.test, b@acme.test"],
    ["a header of its own", "a@acme.test\r\nBcc: b@acme.test"],
    ["an angle bracket", "<a@acme.test>"],
    ["no address", "nobody"],
  ])("is not tried for %s in a custom field", async (_, value) => {
    const org = await createTestOrganization(database.sql);
    await org.field("csm", "TEXT");
    await org.activate(telling(await org.channel("email"), [{ customField: "csm" }]));
    const before = server.asked();
    await org.customers([{ externalId: "C", name: "Globex", customFields: { csm: value } }]);
    await tellOf(worker, org);
    expect(await told(database, org)).toMatchObject([
      { status: "failed", attempts: 1, error: expect.stringContaining("is no email address") },
    ]);
    expect(server.asked()).toBe(before);
  });

  it("takes no header from a customer's name", async () => {
    const ann = address();
    const org = await mailing([ann]);
    await tellOf(worker, org, "Globex\r\nBcc: evil@else.test");
    await told(database, org);
    const [{ mail, raw }] = server.received(ann) as [ReturnType<MailServer["received"]>[number]];
    expect(mail.subject).toBe("New: Globex Bcc: evil@else.test");
    expect(mail.bcc).toBeUndefined();
    expect(raw).not.toMatch(/^Bcc:/im);
    expect(server.received("evil@else.test")).toEqual([]);
  });

  it("waits for no other: a server that is silent about one recipient delays nobody", async () => {
    const [silent, ann] = [address(), address()];
    server.answer(silent, "never");
    const org = await mailing([silent, ann]);
    await tellOf(worker, org, "Globex");
    await eventually(() => server.received(ann).length === 1);
    // Its time is not over yet.
    expect((await told(database, org, () => true))[0]).toMatchObject({ email: silent, status: "running", error: null });
    const isNoted = ({ email, error, status }: { email: string; error: string | null; status: string }) =>
      email === silent ? error !== null : status === "sent";
    expect((await told(database, org, isNoted)).find(({ email }) => email === silent)).toMatchObject({
      status: "running",
      error: "the mail server did not answer within 10 s",
    });
    server.answer(silent, 250);
    expect(await told(database, org)).toMatchObject([{ status: "sent" }, { status: "sent" }]);
  });
});

describe("without a mail server that can be used", () => {
  it("a mail fails at once where none is set, and says so", async () => {
    const without = await startTestWorker(place());
    const org = await mailing([address()]);
    await tellOf(without, org, "Globex");
    expect(await told(database, org)).toMatchObject([
      { status: "failed", attempts: 1, error: expect.stringContaining("SMTP_URL") },
    ]);
    await without.stop();
  });

  it("a mail waits for one that is down", async () => {
    const down = await startMailServer();
    await down.stop();
    const waiting = await startTestWorker({ ...place(), smtpUrl: down.url });
    const org = await mailing([address()]);
    await tellOf(waiting, org, "Globex");
    expect(await told(database, org, ({ error }) => error !== null)).toMatchObject([{ status: "running" }]);
    await database.sql`update rules set status = 'inactive' where organization_id = ${org.id}`;
    await told(database, org);
    await waiting.stop();
  });
});
