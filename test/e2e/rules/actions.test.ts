import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { eventually } from "../../helpers/poll.ts";
import { type Receiver, startReceiver } from "../../helpers/receiver.ts";
import { type Scene, useScenes } from "./support/scene.ts";

const open = useScenes();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(({ body }) => ({ status: body.includes("never") ? 500 : 200 }));
});
afterAll(() => receiver?.close());

type Action = RuleDraft["actions"][number];
type Assignments = { workflow?: string | null; users?: string[]; paymentMethods?: string[] };

/** A rule that acts on a customer that a person has written. */
interface Case {
  name: string;
  action: Action;
  given?: { workflowId?: string; userIds?: string[]; paymentMethodIds?: string[]; customFields?: object };
  slots: Assignments;
  /** The run's status and what became of its action. */
  run: [status: string, action: object];
}

const users = (more: object): Action => ({ type: "assignUsers", ...more });
const methods = (mode: "replace" | "add" | "remove", ...paymentMethodIds: string[]): Action => ({
  ...{ type: "assignPaymentMethods", paymentMethodIds, mode },
});

const ASSIGNMENTS: Case[] = [
  {
    name: "users replace those who are there, unless told otherwise",
    action: users({ userIds: ["@ann", "@cy"] }),
    given: { userIds: ["@bob"] },
    slots: { users: ["@ann", "@cy"] },
    run: ["applied", { status: "applied", before: ["@bob"], after: ["@ann", "@cy"] }],
  },
  {
    name: "users are added to those who are there",
    action: users({ userIds: ["@ann", "@bob"], mode: "add" }),
    given: { userIds: ["@bob"] },
    slots: { users: ["@bob", "@ann"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "users are removed from those who are there",
    action: users({ userIds: ["@ann", "@bob"], mode: "remove" }),
    given: { userIds: ["@bob", "@cy"] },
    slots: { users: ["@cy"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "nobody replaces everybody",
    action: users({ userIds: [] }),
    given: { userIds: ["@bob"] },
    slots: { users: [] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "users named in custom fields join those named in the rule, whatever the case of their emails",
    action: users({ userIds: ["@cy"], customFields: ["csm", "backup"] }),
    given: { customFields: { csm: "ANN@acme.test", backup: "bob@acme.test" } },
    slots: { users: ["@cy", "@ann", "@bob"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "an empty field is skipped and the others are still assigned",
    action: users({ customFields: ["csm", "backup"] }),
    given: { userIds: ["@cy"], customFields: { csm: "", backup: "bob@acme.test" } },
    slots: { users: ["@bob"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "an email that is no user is reported and the others are still assigned",
    action: users({ customFields: ["csm", "backup"], mode: "add" }),
    given: { userIds: ["@cy"], customFields: { csm: "nobody@acme.test", backup: "bob@acme.test" } },
    slots: { users: ["@cy", "@bob"] },
    run: ["applied", { status: "applied", unknownEmails: ["nobody@acme.test"] }],
  },
  {
    name: "where nobody is left the slot stays",
    action: users({ customFields: ["csm", "backup"] }),
    given: { userIds: ["@cy"], customFields: { csm: "nobody@acme.test" } },
    slots: { users: ["@cy"] },
    run: ["skipped", { status: "skipped", reason: "noUsers", unknownEmails: ["nobody@acme.test"] }],
  },
  {
    name: "a workflow is set",
    action: { type: "assignWorkflow", workflowId: "@agency" },
    given: { workflowId: "@vip" },
    slots: { workflow: "@agency" },
    run: ["applied", { status: "applied", before: "@vip", after: "@agency" }],
  },
  {
    name: "a workflow is cleared with null",
    action: { type: "assignWorkflow", workflowId: null },
    given: { workflowId: "@vip" },
    slots: { workflow: null },
    run: ["applied", { status: "applied", before: "@vip", after: null }],
  },
  {
    name: "payment methods replace those that are there",
    action: methods("replace", "@card"),
    given: { paymentMethodIds: ["@wire"] },
    slots: { paymentMethods: ["@card"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "payment methods are added",
    action: methods("add", "@card"),
    given: { paymentMethodIds: ["@wire"] },
    slots: { paymentMethods: ["@wire", "@card"] },
    run: ["applied", { status: "applied" }],
  },
  {
    name: "payment methods are removed",
    action: methods("remove", "@card"),
    given: { paymentMethodIds: ["@wire"] },
    slots: { paymentMethods: ["@wire"] },
    run: ["skipped", { status: "unchanged" }],
  },
];

const onCreation = (name: string, ...actions: Action[]): RuleDraft => ({
  ...{ name, actions },
  trigger: { type: "customerCreated" },
});

describe("an assignment by a rule", () => {
  it.each(ASSIGNMENTS)("$name", async ({ action, given = {}, slots, run: [status, done] }) => {
    const scene = await open();
    for (const key of ["csm", "backup"]) await scene.organization.field(key, "TEXT");
    await scene.rules(onCreation("rule", action));
    await scene.write(given, "manual");
    expect(await scene.slots()).toMatchObject(slots);
    expect(await scene.runs()).toMatchObject([{ status, actions: [done] }]);
    const { assignments } = await scene.api.get<{ assignments: Record<string, { source: string } | null> }>(
      "/v1/customers/external:C",
    );
    const [slot = ""] = Object.keys(slots);
    // What a rule finds as it wants it, it takes over; what it cannot do leaves the slot to who had set it.
    expect(assignments[slot]?.source).toBe(done && "reason" in done ? "manual" : "rule");
  });
});

/** A channel to the file's receiver. */
const hook = (scene: Scene) =>
  scene.organization.channel({ kind: "webhook", url: receiver.url, secret: "secret of the test" });

describe("a message by a rule", () => {
  it("goes once to each user, each email in a custom field and each assigned user, with the facts before and after", async () => {
    const scene = await open();
    for (const key of ["csm", "backup", "empty"]) await scene.organization.field(key, "TEXT");
    const [ruleId] = await scene.rules({
      name: "Big balance",
      trigger: { type: "outstandingThreshold", direction: "exceeds", value: 50_000 },
      actions: [
        { type: "assignUsers", userIds: ["@bob"] },
        {
          type: "sendNotification",
          channelId: await hook(scene),
          to: [
            { userId: "@ann" },
            { customField: "csm" },
            { customField: "backup" },
            { customField: "empty" },
            { assignedUsers: true },
          ],
          subject: "{{ customer.name }} owes {{ customer.outstanding | money }}",
          body: "was {{ before.outstanding | money }} ({{ rule.name }})",
        },
      ],
    });
    await scene.write({ customFields: { csm: "outside@partner.test", backup: "Ann@acme.test" } });
    await scene.invoice(60_000);
    const told = receiver.received
      .map(({ body }) => JSON.parse(body) as Record<string, unknown> & { recipient: { email: string } })
      .filter((message) => JSON.stringify(message).includes(String(ruleId)));
    expect(told.map(({ recipient }) => recipient.email).sort()).toEqual([
      "ann@acme.test",
      "bob@acme.test",
      "outside@partner.test",
    ]);
    for (const message of told) {
      expect(message).toMatchObject({ subject: "Globex owes 600.00 EUR", body: "was 0.00 EUR (Big balance)" });
    }
    expect(await scene.runs()).toMatchObject([
      { status: "applied", actions: [{ status: "applied" }, { status: "applied", recipients: 3 }] },
    ]);
  });

  it("in the app reaches users alone and reports the others", async () => {
    const scene = await open();
    await scene.organization.field("csm", "TEXT");
    const tell = (...to: Extract<Action, { type: "sendNotification" }>["to"]): Action => ({
      ...{ type: "sendNotification", channelId: "@bell", to, body: "look" },
    });
    await scene.rules(
      onCreation("both", tell({ userId: "@ann" }, { customField: "csm" })),
      onCreation("nobody", tell({ customField: "csm" }, { assignedUsers: true })),
    );
    await scene.write({ customFields: { csm: "outside@partner.test" } });
    expect(await scene.runs()).toMatchObject([
      { status: "applied", actions: [{ recipients: 1, unknownEmails: ["outside@partner.test"] }] },
      { status: "skipped", actions: [{ reason: "noRecipients", unknownEmails: ["outside@partner.test"] }] },
    ]);
  });
});

describe("exclusion by a rule", () => {
  it("comes last and is final: its change's messages go out, what waits is cancelled, nothing is judged or written any more", async () => {
    const scene = await open();
    const { api } = scene;
    const tell = (channelId: string, body: string): Action => ({
      ...{ type: "sendNotification", channelId, to: [{ userId: "@ann" }], body },
    });
    const channelId = await hook(scene);
    const inOman = { field: "country", op: "is" as const, values: ["OM"] };
    const anyChange = { type: "customerCreatedOrUpdated" as const };
    const { id } = await scene.send<{ id: string }>("POST", "/v1/rules", {
      ...{ name: "exclude", trigger: anyChange, filters: [inOman], actions: [{ type: "excludeCustomer" }] },
    });
    await scene.send("POST", `/v1/rules/${id}/activate`, { confirmIrreversible: true });
    const [paused] = await scene.rules(
      onCreation("held", { type: "assignWorkflow", workflowId: "@vip" }),
      onCreation("waits", { type: "wait", days: 3 }, { type: "assignWorkflow", workflowId: "@agency" }),
      {
        name: "tell",
        trigger: anyChange,
        filters: [inOman],
        actions: [tell("@bell", "gone"), tell(channelId, "gone")],
      },
      { name: "assign", trigger: anyChange, filters: [inOman], actions: [{ type: "assignUsers", userIds: ["@bob"] }] },
    );
    await scene.send("POST", `/v1/rules/${paused}/pause`);
    await scene.write({});
    await scene.write({ externalId: "other" });
    await scene.invoice(500, { externalId: "I-1" });
    await scene.write({ country: "OM" });
    const path = "/v1/customers/external:C";

    const runs = (await scene.runs()).map(({ ruleName, status, reason }) => [ruleName, status, reason]);
    expect(runs).toEqual([
      ["held", "cancelled", "excluded"],
      ["waits", "cancelled", "excluded"],
      ["held", "held", "paused"],
      ["waits", "waiting", "wait"],
      ["exclude", "applied", null],
      ["tell", "applied", null],
      ["assign", "applied", null],
    ]);
    expect(await scene.explain("C", 3)).toMatchObject([
      { name: "exclude", reason: "matched" },
      { name: "held", reason: "trigger" },
      { name: "waits", reason: "trigger" },
      { name: "tell", reason: "matched" },
      { name: "assign", reason: "matched" },
    ]);
    // Assignment and exclusion are one change, which is marked and not judged.
    const changes = await scene.changes();
    expect(changes).toHaveLength(4);
    expect(changes[3]).toMatchObject({ outcome: "excluded", source: "rule" });
    expect(new Set((await scene.explain("C", 4)).map(({ reason, matched }) => `${reason} ${matched}`))).toEqual(
      new Set(["excluded false"]),
    );

    const listed = await api.get<{ customers: { externalId: string }[]; total: number }>("/v1/customers");
    expect(listed).toMatchObject({ total: 1, customers: [{ externalId: "other" }] });
    expect(await api.text("/v1/exports/customers")).not.toContain("C,");
    const money = { customerId: "external:C", currency: "EUR", amount: 100 };
    const refused: [string, string, unknown, "manual" | "csv" | undefined][] = [
      ["PATCH", path, { city: "Reno" }, undefined],
      ["PATCH", path, { city: "Reno" }, "manual"],
      ["PATCH", path, { workflowId: "@vip" }, "csv"],
      ["POST", "/v1/customers", { externalId: "C", name: "Again" }, undefined],
      ["POST", "/v1/invoices", { ...money, issuedAt: "2024-01-01", dueAt: "2024-01-31" }, undefined],
      ["PATCH", "/v1/invoices/external:I-1", { amount: 400 }, undefined],
      ["POST", "/v1/payments", { ...money, paidAt: "2024-02-01" }, undefined],
      ["POST", `${path}/release`, { slots: ["workflow"] }, undefined],
      ["POST", `${path}/exclude`, undefined, undefined],
    ];
    for (const [method, where, body, as] of refused) {
      const answer = await (as ? api.with({ "X-Source": as }) : api).send(method, where, scene.withIds(body ?? {}));
      expect([answer.status, answer.body], `${method} ${where}`).toMatchObject([409, { code: "customer_excluded" }]);
    }
    const bulk = await api.post("/v1/bulk/customers", { items: [{ externalId: "C", name: "Again" }] });
    expect(bulk).toMatchObject({ results: [{ status: 409 }] });
    const { id: jobId } = await api.upload<{ id: string }>("/v1/imports/customers", "external id,name\nC,Again\n");
    await eventually(async () => {
      const job = await api.get<{ status: string }>(`/v1/jobs/${jobId}`);
      expect(job).toMatchObject({ status: "completed", progress: { failed: 1 } });
      return true;
    });

    expect(await api.get(path)).toMatchObject({ excludedAt: expect.any(String), name: "Globex", city: null });
    for (const history of ["invoices", "timeline", "evaluations", "runs"]) {
      const { total } = await api.get<{ total: number }>(`${path}/${history}`);
      expect(total, history).toBeGreaterThan(0);
    }
    expect(await scene.changes()).toHaveLength(4);
  });

  it("gives up the messages of earlier changes that wait for another attempt", async () => {
    const scene = await open();
    const channelId = await hook(scene);
    await scene.rules(
      onCreation("tell", { type: "sendNotification", channelId, to: [{ userId: "@ann" }], body: "never" }),
    );
    await scene.ask("POST", "/v1/customers", { externalId: "C", name: "Globex" });
    await eventually(async () => {
      expect(await scene.runs()).toMatchObject([{ status: "waiting" }]);
      return true;
    });
    await scene.ask("POST", "/v1/customers/external:C/exclude");
    await scene.settled();
    expect(await scene.runs()).toMatchObject([{ status: "cancelled", reason: "excluded" }]);
  });
});
