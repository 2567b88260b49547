import type { RuleDraft } from "../../../rules/schema.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";
import type { Stack } from "../../helpers/stack.ts";
import type { ModelRule, ModelRun, ModelWrite } from "./model.ts";

export const WORKFLOWS = ["Agency", "Friendly"] as const;

/** The product behind the same steps as the model: everything goes through the API of real processes. */
export class Real {
  private readonly ids = new Map<string, string>();
  private documents = 0;

  private constructor(
    readonly stack: Stack,
    readonly organization: ApiOrganization,
  ) {}

  static async open(stack: Stack): Promise<Real> {
    const real = new Real(stack, await stack.organization());
    for (const name of WORKFLOWS) real.ids.set(name, await real.organization.workflow(name));
    real.ids.set("inbox", await real.organization.channel({ kind: "inApp" }));
    real.ids.set("ann", await real.organization.user("ann@acme.test"));
    return real;
  }

  idOf(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`nothing is called ${name}`);
    return id;
  }

  async addRule(rule: ModelRule): Promise<void> {
    const [id] = await this.organization.activate(draftOf(rule, this));
    this.ids.set(rule.name, id!);
  }

  async editRule(rule: ModelRule): Promise<void> {
    await this.organization.api.patch(`/v1/rules/${this.idOf(rule.name)}`, draftOf(rule, this));
  }

  async moveRule(rule: ModelRule, move: "activate" | "deactivate" | "pause" | "resume"): Promise<void> {
    await this.organization.api.post(`/v1/rules/${this.idOf(rule.name)}/${move}`);
  }

  async create(name: string, country: string): Promise<void> {
    await this.organization.api.post("/v1/customers", { externalId: name, name, country, currency: "EUR" });
  }

  async write(name: string, { country, owes = 0, workflow, source }: ModelWrite): Promise<void> {
    const by = source === "manual" ? this.organization.console : this.organization.api;
    const customer = `/v1/customers/external:${name}`;
    if (country !== undefined) await by.patch(customer, { country });
    if (workflow !== undefined) {
      await by.patch(customer, { workflowId: workflow === null ? null : this.idOf(workflow) });
    }
    if (owes === 0) return;
    const document = { externalId: `D-${this.documents++}`, customerId: `external:${name}`, amount: Math.abs(owes) };
    const days = { issuedAt: "2026-01-01", dueAt: "2036-01-01", currency: "EUR" };
    if (owes > 0) await by.post("/v1/invoices", { ...document, ...days, state: "open" });
    else await by.post("/v1/payments", { ...document, currency: "EUR", paidAt: "2026-02-01" });
  }

  async backfill(rule: ModelRule): Promise<void> {
    const { api } = this.organization;
    const { id } = await api.post<{ id: string }>("/v1/backfills", { ruleIds: [this.idOf(rule.name)] });
    await eventually(async () => (await api.get<{ status: string }>(`/v1/backfills/${id}`)).status === "completed", {
      timeoutMs: 120_000,
      message: "a completed backfill",
    });
  }

  /** Replays a run on its recorded facts: first as a dry run, then for real. */
  async replay({ customer, version, rule }: Pick<ModelRun, "customer" | "version" | "rule">): Promise<void> {
    const [run] = await this.stack.sql<{ id: string }[]>`
      select r.id from rule_runs r join changes ch on ch.id = r.change_id join customers c on c.id = r.customer_id
      where r.organization_id = ${this.organization.id} and c.external_id = ${customer} and ch.version = ${version}
        and r.rule_id = ${this.idOf(rule)} and r.kind = 'change'`;
    const path = `/v1/runs/${run!.id}/replay`;
    await this.organization.api.post(path, { facts: "recorded", dryRun: true });
    await this.organization.api.post(path, { facts: "recorded", dryRun: false });
  }

  /** Kills the worker while it is at work, and starts it again. */
  async killWorker(): Promise<void> {
    await this.stack.worker.kill();
    await this.stack.worker.start();
  }

  settled(): Promise<void> {
    return this.organization.settled();
  }

  /** What it came to, in the model's words. */
  async outcome() {
    const { sql } = this.stack;
    const organizationId = this.organization.id;
    const customers = await sql<{ name: string; workflow: string | null; owner: string | null; version: number }[]>`
      select c.external_id as name, w.name as workflow, c.assignments #>> '{workflow,source}' as owner, c.version
      from customers c left join collection_workflows w on w.id = c.workflow_id
      where c.organization_id = ${organizationId} order by 1`;
    const runs = await sql<{ customer: string; version: number; rule: string; status: string; actions: string[] }[]>`
      select c.external_id as customer, ch.version, v.definition ->> 'name' as rule, r.status,
             (select jsonb_agg(action ->> 'status' order by place)
              from jsonb_array_elements(r.actions) with ordinality as listed(action, place)) as actions
      from rule_runs r join customers c on c.id = r.customer_id join changes ch on ch.id = r.change_id
      join rule_versions v on v.rule_id = r.rule_id and v.version = r.rule_version
      where r.organization_id = ${organizationId} and r.kind = 'change'`;
    const messages = await sql<{ message: string }[]>`
      select body as message from notifications where organization_id = ${organizationId} and status = 'sent'`;
    return {
      customers: [...customers],
      runs: runs.map((run) => JSON.stringify(run)).sort(),
      messages: messages.map(({ message }) => message).sort(),
    };
  }
}

function draftOf(rule: ModelRule, real: Real): RuleDraft {
  const { name, trigger, country, workflow, notifies } = rule;
  return {
    name,
    trigger:
      trigger === "created"
        ? { type: "customerCreated" }
        : trigger === "any"
          ? { type: "customerCreatedOrUpdated" }
          : { type: "outstandingThreshold", direction: "exceeds", value: trigger.exceeds },
    filters: country === null ? [] : [{ field: "country", op: "is", values: [country] }],
    actions: [
      ...(workflow === null ? [] : [{ type: "assignWorkflow" as const, workflowId: real.idOf(workflow) }]),
      ...(notifies
        ? [
            {
              type: "sendNotification" as const,
              channelId: real.idOf("inbox"),
              to: [{ userId: real.idOf("ann") }],
              body: `{{ customer.externalId }} ${name}`,
            },
          ]
        : []),
    ],
  };
}
