import { afterAll, beforeAll, expect, it } from "vitest";
import { type MailServer, startMailServer } from "../../helpers/mailServer.ts";
import { type Receiver, startReceiver } from "../../helpers/receiver.ts";
import { type Stack, startStack } from "../../helpers/stack.ts";

let server: MailServer;
let slack: Receiver;
let stack: Stack;
beforeAll(async () => {
  server = await startMailServer();
  slack = await startReceiver();
  stack = await startStack({ env: { SMTP_URL: server.url, SMTP_FROM: "Acme AR <ar@acme.test>" } });
});
afterAll(async () => {
  await stack?.stop();
  await slack?.close();
  await server?.stop();
});

it("a rule tells by mail and Slack, in the organization's language of money, and a cooldown keeps it from telling twice", async () => {
  const organization = await stack.organization({ timeZone: "Europe/Paris" });
  const { api } = organization;
  const ann = await organization.user("ann@acme.test");
  const to = [{ userId: ann }];
  const text = {
    ...{ subject: "{{ customer.name }} owes {{ customer.outstanding | money }}", cooldownHours: 24 },
    body: "was {{ before.outstanding | money }} on {{ customer.customFields.renewal | date }}",
  };
  await organization.field("renewal", "DATE");
  await organization.activate({
    name: "Big balance",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500_000 },
    actions: [
      { type: "sendNotification", channelId: await organization.channel({ kind: "email" }), to, ...text },
      {
        type: "sendNotification",
        channelId: await organization.channel({ kind: "slack", url: slack.url }),
        to,
        ...text,
      },
    ],
  });
  await api.post("/v1/customers", { externalId: "C", name: "A & B", customFields: { renewal: "2026-05-01" } });
  const invoice = { customerId: "external:C", currency: "EUR", issuedAt: "2026-01-01", dueAt: "2026-01-31" };
  const payment = { customerId: "external:C", currency: "EUR", paidAt: "2026-02-01", amount: 600_000 };
  await api.post("/v1/invoices", { ...invoice, externalId: "I-1", amount: 600_000 });
  await organization.settled();
  await api.post("/v1/payments", { ...payment, externalId: "P-1" });
  await api.post("/v1/invoices", { ...invoice, externalId: "I-2", amount: 700_000 });
  await organization.settled();

  const { runs } = await api.get<{ runs: unknown[] }>("/v1/runs");
  expect(runs).toMatchObject([
    { status: "applied", actions: [{ status: "applied" }, { status: "applied" }] },
    { status: "skipped", reason: "cooldown", actions: [{ inCooldown: ["ann@acme.test"] }, { reason: "cooldown" }] },
  ]);
  const { notifications } = await api.get<{ notifications: { id: string; kind: string }[] }>("/v1/notifications");
  expect(notifications).toMatchObject([
    { kind: "email", status: "sent", attempts: 1, recipient: { email: "ann@acme.test" }, error: null, dueAt: null },
    { kind: "slack", status: "sent" },
  ]);
  const [received, ...more] = server.received("ann@acme.test");
  expect(more).toEqual([]);
  expect(received?.mail).toMatchObject({
    messageId: `<${notifications[0]?.id}@acme.test>`,
    from: { address: "ar@acme.test", name: "Acme AR" },
    subject: "A & B owes 6,000.00 EUR",
  });
  expect(received?.mail.text?.trimEnd()).toBe("was 0.00 EUR on May 1, 2026");
  expect(slack.received.map(({ body }) => JSON.parse(body))).toEqual([
    { text: "*A &amp; B owes 6,000.00 EUR*\nwas 0.00 EUR on May 1, 2026\n_for ann@acme.test_" },
  ]);
});
