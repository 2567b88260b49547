import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { createTestOrganization, type TestOrganization } from "../../helpers/organization.ts";
import { createTestDatabase, type TestDatabase } from "../../helpers/postgres.ts";
import { readOutcome } from "../support/outcome.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Fixture {
  org: TestOrganization;
  ann: string;
  bob: string;
  inApp: string;
  webhook: string;
}

async function setUp(): Promise<Fixture> {
  const org = await createTestOrganization(database.sql);
  await org.field("csm_email", "TEXT");
  return {
    org,
    ann: await org.user("ann@acme.test"),
    bob: await org.user("bob@acme.test"),
    inApp: await org.channel("inApp"),
    webhook: await org.channel("webhook", "http://127.0.0.1:9/hook"),
  };
}

type Message = Extract<RuleDraft["actions"][number], { type: "sendNotification" }>;
const ruleWith = (...actions: RuleDraft["actions"]): RuleDraft => ({
  ...{ name: "tell", trigger: { type: "customerCreated" } },
  actions,
});
const message = (channelId: string, more: Partial<Message>): Message => ({
  ...{ type: "sendNotification", channelId, to: [{ assignedUsers: true }], subject: "about {{ customer.name }}" },
  ...{ body: "owes {{ customer.outstanding | money }}", ...more },
});

const planned = (org: TestOrganization) =>
  database.sql`
    select kind, recipient ->> 'email' as email, user_id as "userId", subject, body, status, action_index as "actionIndex"
    from notifications where organization_id = ${org.id} order by id`;

describe("planning notifications", () => {
  it("plans one message per recipient, however often and in whatever case they are named", async () => {
    const { org, ann, bob, webhook } = await setUp();
    await org.activate(
      ruleWith(message(webhook, { to: [{ userId: ann }, { customField: "csm_email" }, { assignedUsers: true }] })),
    );
    await org.customers([
      { externalId: "C", name: "Globex", userIds: [bob, ann], customFields: { csm_email: "ANN@acme.test" } },
    ]);
    await org.evaluateAll();
    expect(await org.evaluateAll()).toBe(0);
    expect(await planned(org)).toMatchObject([
      { kind: "webhook", email: "ann@acme.test", userId: ann, subject: "about Globex", status: "planned" },
      { email: "bob@acme.test", userId: bob },
    ]);
    expect((await readOutcome(database.sql, org.id)).runs).toMatchObject([{ status: "planned", actions: ["planned"] }]);
  });

  it("reaches an email that is no user by webhook but not in the app, and reports it", async () => {
    const { org, ann, webhook, inApp } = await setUp();
    const to = [{ userId: ann }, { customField: "csm_email" }];
    await org.activate(ruleWith(message(webhook, { to }), message(inApp, { to })));
    await org.customers([{ externalId: "C", name: "Globex", customFields: { csm_email: "csm@else.test" } }]);
    await org.evaluateAll();
    expect((await planned(org)).map(({ kind, email }) => [kind, email])).toEqual([
      ["webhook", "ann@acme.test"],
      ["webhook", "csm@else.test"],
      ["inApp", "ann@acme.test"],
    ]);
    const [run] = await database.sql`select actions from rule_runs where organization_id = ${org.id}`;
    expect(run!.actions).toMatchObject([{ recipients: 2 }, { recipients: 1, unknownEmails: ["csm@else.test"] }]);
  });

  it("tells those assigned by the same change", async () => {
    const { org, bob, inApp } = await setUp();
    await org.activate(ruleWith({ type: "assignUsers", userIds: [bob] }), ruleWith(message(inApp, {})));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect(await planned(org)).toMatchObject([{ email: "bob@acme.test" }]);
  });

  it("skips the action, and says why, where there is nobody to tell", async () => {
    const { org, inApp } = await setUp();
    await org.activate(ruleWith(message(inApp, { to: [{ customField: "csm_email" }, { assignedUsers: true }] })));
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    expect(await planned(org)).toEqual([]);
    const { runs, changes } = await readOutcome(database.sql, org.id);
    expect(runs).toMatchObject([{ status: "skipped", reason: "noRecipients" }]);
    expect(changes).toMatchObject([{ codes: "R" }]);
  });

  it("fails the one action whose template fails or whose channel is gone, and carries out the others", async () => {
    const { org, ann, inApp, webhook } = await setUp();
    const to = [{ userId: ann }];
    await org.activate(
      ruleWith(
        message(inApp, { to, body: "{{ customer.name | noSuchFilter }}" }),
        { type: "assignUsers", userIds: [ann] },
        message(webhook, { to, channelId: "0190ffff-0000-7000-8000-000000000000" }),
      ),
      ruleWith(message(inApp, { to, subject: "the other rule" })),
    );
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.evaluateAll();
    const { runs, customers } = await readOutcome(database.sql, org.id);
    expect(runs).toMatchObject([
      { status: "partlyApplied", actions: ["failed", "applied", "failed"] },
      { status: "planned", actions: ["planned"] },
    ]);
    const [run] =
      await database.sql`select actions from rule_runs where organization_id = ${org.id} order by id limit 1`;
    expect(run!.actions).toMatchObject([
      { reason: "template", error: expect.stringContaining("noSuchFilter") },
      {},
      { reason: "channelMissing" },
    ]);
    expect(customers).toMatchObject([{ users: ["ann@acme.test"] }]);
    expect(await planned(org)).toMatchObject([{ subject: "the other rule" }]);
  });

  it("shows the facts before and after in its texts", async () => {
    const { org, ann, inApp } = await setUp();
    await org.activate({
      ...{ name: "big", trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500 } },
      actions: [
        message(inApp, {
          to: [{ userId: ann }],
          subject: "{{ rule.name }}",
          body: "{{ before.outstanding }} then {{ customer.outstanding }}",
        }),
      ],
    });
    await org.customers([{ externalId: "C", name: "Globex" }]);
    await org.invoices([{ customerId: "external:C", issuedAt: "2026-01-01", dueAt: "2026-01-31", amount: 700 }]);
    await org.evaluateAll();
    expect(await planned(org)).toMatchObject([{ subject: "big", body: "0 then 700" }]);
  });
});
