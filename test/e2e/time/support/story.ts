import type { Duration } from "@temporalio/common";
import { expect } from "vitest";
import { addDays } from "../../../../rules/days.ts";
import type { RuleDraft } from "../../../../rules/schema.ts";
import type { ApiOrganization } from "../../../helpers/apiOrganization.ts";
import type { World } from "./world.ts";

/** One thing that happens to an organization with one customer, and what is then seen through the API. */
export interface Step {
  /** Lets time pass. */
  skip?: Duration;
  /** Brings what the customer owes to this amount, by an invoice or a payment. */
  owes?: number;
  /** An invoice of this amount that was paid so many days late. */
  paid?: { amount: number; daysLate: number };
  /** Fields of the customer that are written; a day may be "today", "today+2" and so on. */
  set?: Record<string, unknown>;
  /** Who writes them: the API's own key unless told otherwise. */
  as?: "manual";
  /** Moves the rule at this place of the list, or saves a new version of it. */
  rule?: { at: number; to: "pause" | "resume" | "activate" | "deactivate" | "delete" } | { at: number; edit: object };
  /** Does something to the customer or the organization. */
  order?: "exclude" | "stop_rules" | "start_rules" | "release workflow";
  /** Anything else. */
  happens?: (story: Story) => Promise<void>;

  /** The customer's collection workflow by name. */
  workflow?: string | null;
  /** All runs, oldest first: rule, status and, where it did nothing, why. */
  runs?: string[];
  /** The verdicts on the customer's last change, in list order. */
  verdicts?: string[];
}

export interface Scenario {
  name: string;
  /** Rules in list order; collection workflows go by their names, the in-app channel by "bell", a user by "ann". */
  rules: RuleDraft[];
  timeZone?: string;
  /** Custom fields, by type. */
  fields?: Record<string, string>;
  steps: Step[];
}

/** A scenario under way. */
export interface Story {
  world: World;
  organization: ApiOrganization;
  ruleIds: string[];
  customerId: string;
}

const CUSTOMER = "/v1/customers/external:C";
const WORKFLOWS = ["agency", "reminders", "vip", "watch"];

/** Plays a scenario step by step, looking after each at all that the step says, once everything is settled. */
export async function play(world: World, scenario: Scenario): Promise<void> {
  const organization = await world.organization({ timeZone: scenario.timeZone ?? "UTC" });
  const { api } = organization;
  const ids = new Map<string, string>();
  await Promise.all([
    ...WORKFLOWS.map(async (name) => ids.set(name, await organization.workflow(name))),
    organization.channel({ kind: "inApp" }).then((id) => ids.set("bell", id)),
    organization.user("ann@acme.test").then((id) => ids.set("ann", id)),
  ]);
  for (const [key, type] of Object.entries(scenario.fields ?? {})) await organization.field(key, type);
  const ruleIds = await organization.activate(...scenario.rules.map((rule) => withIds(rule, ids)));
  const customer = await api.post<{ id: string }>("/v1/customers", { externalId: "C", name: "Globex" });
  const story: Story = { world, organization, ruleIds, customerId: customer.id };
  await world.settled(organization.id);
  for (const [index, step] of scenario.steps.entries()) {
    const { workflow, runs, verdicts, ...what } = step;
    await happen(story, what, ids);
    await world.settled(organization.id);
    const seen = await look(story, step, ids);
    expect(seen, `after step ${index + 1}: ${JSON.stringify(what)}`).toEqual(
      Object.fromEntries(Object.entries({ workflow, runs, verdicts }).filter(([, value]) => value !== undefined)),
    );
  }
}

async function happen(story: Story, step: Step, ids: Map<string, string>): Promise<void> {
  const { world, organization } = story;
  const { api, console } = organization;
  if (step.skip !== undefined) await world.skip(step.skip);
  if (step.owes !== undefined) await owe(organization, step.owes);
  if (step.paid !== undefined) await pay(organization, step.paid);
  if (step.set !== undefined) {
    const body = withDays(withIds(step.set, ids), await world.env.currentTimeMs());
    await (step.as === "manual" ? console : api).patch(CUSTOMER, body);
  }
  if (step.rule !== undefined) await move(story, step.rule, ids);
  if (step.order === "exclude") await api.post(`${CUSTOMER}/exclude`);
  if (step.order === "release workflow") await api.post(`${CUSTOMER}/release`, { slots: ["workflow"] });
  if (step.order === "stop_rules" || step.order === "start_rules") await api.post(`/v1/organization/${step.order}`);
  await step.happens?.(story);
}

async function move(
  { organization: { api }, ruleIds }: Story,
  rule: NonNullable<Step["rule"]>,
  ids: Map<string, string>,
): Promise<void> {
  const path = `/v1/rules/${ruleIds[rule.at]}`;
  if ("edit" in rule) await api.patch(path, withIds(rule.edit, ids));
  else if (rule.to === "delete") await api.delete(path);
  else await api.post(`${path}/${rule.to}`);
}

let documents = 0;

async function owe({ api }: ApiOrganization, amount: number): Promise<void> {
  const { outstanding } = await api.get<{ outstanding: number }>(CUSTOMER);
  const externalId = `D-${documents++}`;
  const common = { externalId, customerId: "external:C", currency: "EUR", amount: Math.abs(amount - outstanding) };
  // Due long after whatever time is skipped to, so that nothing but the amount moves.
  if (amount > outstanding) await api.post("/v1/invoices", { ...common, issuedAt: "2026-01-01", dueAt: "2099-01-31" });
  else await api.post("/v1/payments", { ...common, paidAt: "2026-02-01" });
}

async function pay({ api }: ApiOrganization, paid: NonNullable<Step["paid"]>): Promise<void> {
  const paidAt = new Date(Date.UTC(2025, 0, 31 + paid.daysLate)).toISOString().slice(0, 10);
  await api.post("/v1/invoices", {
    ...{ externalId: `D-${documents++}`, customerId: "external:C", currency: "EUR", amount: paid.amount },
    ...{ issuedAt: "2025-01-01", dueAt: "2025-01-31", state: "paid", paidAt },
  });
}

async function look({ organization: { api }, customerId }: Story, step: Step, ids: Map<string, string>) {
  const seen: Pick<Step, "workflow" | "runs" | "verdicts"> = {};
  if (step.workflow !== undefined) {
    const { workflowId } = await api.get<{ workflowId: string | null }>(`/v1/customers/${customerId}`);
    seen.workflow = [...ids].find(([, id]) => id === workflowId)?.[0] ?? null;
  }
  if (step.runs !== undefined) {
    const { runs } = await api.get<{ runs: Run[] }>("/v1/runs");
    seen.runs = runs.sort((one, other) => (one.id < other.id ? -1 : 1)).map(shownRun);
  }
  if (step.verdicts !== undefined) {
    const { changes } = await api.get<{ changes: { id: string; version: number }[] }>(
      `/v1/changes?customerId=${customerId}`,
    );
    const last = changes.reduce((one, other) => (one.version > other.version ? one : other));
    const { rules } = await api.get<{ rules: { reason: string }[] }>(`/v1/changes/${last.id}/explain`);
    seen.verdicts = rules.map(({ reason }) => reason);
  }
  return seen;
}

interface Run {
  id: string;
  ruleName: string;
  status: string;
  reason: string | null;
}

const shownRun = ({ ruleName, status, reason }: Run) => `${ruleName} ${status}${reason ? ` (${reason})` : ""}`;

/** The same value with everything that goes by a name of ours named by id, wherever it names one. */
function withIds<T>(value: T, ids: Map<string, string>): T {
  const named = new Set(["workflowId", "channelId", "userId"]);
  const text = JSON.stringify(value, (key, inner) => (named.has(key) ? (ids.get(inner) ?? inner) : inner));
  return JSON.parse(text) as T;
}

/** Custom fields with "today", "today+2" and so on as days. */
function withDays(body: Record<string, unknown>, now: number): Record<string, unknown> {
  const text = JSON.stringify(body).replace(/"today([+-]\d+)?"/g, (_, days = "0") =>
    JSON.stringify(addDays(new Date(now).toISOString().slice(0, 10), Number(days))),
  );
  return JSON.parse(text) as Record<string, unknown>;
}
