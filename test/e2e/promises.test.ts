import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../helpers/poll.ts";
import { type Receiver, startReceiver } from "../helpers/receiver.ts";
import { useStack } from "./examples/scene.ts";

const { stack, scene } = useStack();
const created = { type: "customerCreated" } as const;

let broken: Receiver;
let fine: Receiver;
beforeAll(async () => {
  broken = await startReceiver(() => ({ status: 500 }));
  fine = await startReceiver();
});
afterAll(() => Promise.all([broken?.close(), fine?.close()]));

interface Run {
  ruleName: string;
  customerId: string;
  status: string;
  actions: { type: string; status: string; error?: string | null }[];
}

describe("what fails delays nobody else, and has a row that says why", () => {
  it("a channel, a recipient and a mail server that are down", async () => {
    const { organization, agency, read } = await scene();
    const { api } = organization;
    const ann = await organization.user("ann@acme.test");
    const bob = await organization.user("bob@acme.test");
    const webhook = (url: string) => organization.channel({ kind: "webhook", url, secret: "s" });
    const text = { subject: "Look", body: "{{ customer.name }}" };
    const tell = (name: string, channelId: string, userId: string) => ({
      ...{ name, trigger: created },
      actions: [{ type: "sendNotification" as const, channelId, to: [{ userId }], ...text }],
    });
    await organization.activate(
      tell("broken channel", await webhook(broken.url), ann),
      tell("no mail server", await organization.channel({ kind: "email" }), ann),
      tell("fine channel", await webhook(fine.url), bob),
      { name: "assigns", trigger: created, actions: [{ type: "assignWorkflow", workflowId: agency }] },
    );
    const items = ["A", "B", "C"].map((externalId) => ({ externalId, name: externalId }));
    await api.post("/v1/bulk/customers", { items });
    const runs = await eventually(async () => {
      const found = (await api.get<{ runs: Run[] }>("/v1/runs?limit=100")).runs;
      const of = (name: string) => found.filter(({ ruleName }) => ruleName === name).map(({ status }) => status);
      expect(of("fine channel")).toEqual(["applied", "applied", "applied"]);
      expect(of("assigns")).toEqual(["applied", "applied", "applied"]);
      expect(of("no mail server")).toEqual(["failed", "failed", "failed"]);
      // Still tried, and shown to be so.
      expect(of("broken channel")).toEqual(["waiting", "waiting", "waiting"]);
      return found;
    });
    expect(fine.received.map(({ body }) => (JSON.parse(body) as { body: string }).body).sort()).toEqual([
      "A",
      "B",
      "C",
    ]);
    const errorsOf = (name: string) =>
      new Set(runs.filter(({ ruleName }) => ruleName === name).map(({ actions }) => actions[0]?.error));
    expect([...errorsOf("broken channel")]).toEqual(["the receiver answered 500"]);
    expect([...errorsOf("no mail server")]).toEqual([expect.stringContaining("SMTP")]);
    expect((await read("C")).workflowId).toBe(agency);
    await api.post("/v1/organization/stop_rules");
  });

  it("a customer whose rule cannot be carried out: its change is recorded as failed, others go on, and it can be retried", async () => {
    const { organization, agency, read } = await scene();
    const { api } = organization;
    const [ruleId] = await organization.activate({
      ...{ name: "assigns", trigger: { type: "customerCreatedOrUpdated" } },
      actions: [{ type: "assignWorkflow", workflowId: agency }],
    });
    const { sql } = stack();
    await sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin
        if exists (select from customers where id = new.customer_id and external_id = 'B') then
          raise exception 'no room for this run' using errcode = '22000';
        end if;
        return new;
      end $$;
      create trigger refuse before insert on rule_runs for each row when (new.rule_id = '${ruleId}') execute function refuse()`);
    const items = ["A", "B", "C"].map((externalId) => ({ externalId, name: externalId }));
    await api.post("/v1/bulk/customers", { items });
    await organization.settled();
    expect((await read("A")).workflowId).toBe(agency);
    expect((await read("B")).workflowId).toBeNull();
    expect((await read("C")).workflowId).toBe(agency);
    const { changes } = await api.get<{ changes: { id: string; outcome: string; error: string | null }[] }>(
      "/v1/changes?customerId=external:B",
    );
    expect(changes).toMatchObject([{ outcome: "failed", error: "no room for this run" }]);
    await sql.unsafe("drop function refuse cascade");
    await api.post(`/v1/changes/${changes[0]?.id}/retry`);
    await organization.settled();
    expect((await read("B")).workflowId).toBe(agency);
    expect(await api.get(`/v1/changes/${changes[0]?.id}`)).toMatchObject({ outcome: "evaluated", error: null });
  });
});

interface Change {
  id: string;
  version: number;
  source: string;
  before: object | null;
  after: { city: string };
}

describe("however fast two writers write", () => {
  it("changes are judged once each, in order, and their effects happen once each, in order", async () => {
    const { organization, agency, standard, read } = await scene();
    const { api } = organization;
    const rule = (city: string, workflowId: string) => ({
      ...{ name: city, trigger: { type: "customerCreatedOrUpdated" as const } },
      filters: [{ field: "city" as const, op: "is" as const, values: [city] }],
      actions: [{ type: "assignWorkflow" as const, workflowId }],
    });
    await organization.activate(rule("Oslo", agency), rule("Rome", standard));
    await api.post("/v1/customers", { externalId: "C", name: "Globex" });
    const cities = ["Oslo", "Rome"];
    const writer = async (turn: 0 | 1) => {
      for (let n = 0; n < 20; n++) {
        const language = turn === 0 ? "en" : "de";
        await api.patch("/v1/customers/external:C", { city: cities[(n + turn) % 2], language });
      }
    };
    await Promise.all([writer(0), writer(1)]);
    await organization.settled();

    const { changes } = await api.get<{ changes: Change[] }>("/v1/changes?customerId=external:C&limit=500");
    changes.sort((one, other) => one.version - other.version);
    for (const [index, { version, before }] of changes.entries()) {
      expect([version, before]).toEqual([index + 1, changes[index - 1]?.after ?? null]);
    }
    type Evaluation = { version: number; outcome: string };
    const path = "/v1/customers/external:C/evaluations?limit=500&order=asc";
    const { evaluations } = await api.get<{ evaluations: Evaluation[] }>(path);
    const judged = evaluations.map(({ version, outcome }) => [version, outcome]);
    expect(judged).toEqual(changes.map(({ version }) => [version, "evaluated"]));
    // Runs are made in the order of their changes, and each that was applied is the cause of one change.
    const { runs } = await api.get<{ runs: { changeId: string; status: string }[] }>("/v1/runs?limit=500");
    const versions = runs.map(({ changeId }) => changes.find(({ id }) => id === changeId)?.version ?? 0);
    expect(versions).toEqual(versions.toSorted((one, other) => one - other));
    const applied = runs.filter(({ status }) => status === "applied");
    expect(applied.length).toBeGreaterThan(0);
    expect(changes.filter(({ source }) => source === "rule")).toHaveLength(applied.length);
    const last = changes.filter(({ source }) => source !== "rule").at(-1);
    expect((await read("C")).workflowId).toBe(last?.after.city === "Oslo" ? agency : standard);
  });
});
