import { afterAll, beforeAll } from "vitest";
import type { RuleDraft } from "../../../../rules/schema.ts";
import type { ApiAnswer, ApiClient } from "../../../helpers/apiClient.ts";
import { type ApiOrganization, createApiOrganization } from "../../../helpers/apiOrganization.ts";
import { startApiServer } from "../../../helpers/apiServer.ts";
import { eventually } from "../../../helpers/poll.ts";
import { createTestDatabase } from "../../../helpers/postgres.ts";
import { temporalAddress } from "../../../helpers/temporal.ts";
import { startTestWorker } from "../../../workflows/support/testWorker.ts";

/** What became of a rule on one change. */
export interface Verdict {
  name: string;
  matched: boolean;
  reason: string;
  lostTo?: { name: string };
  path?: { ruleName: string }[];
  runId?: string;
  conditions: { actual: unknown; holds: boolean }[];
}

export interface Run {
  id: string;
  ruleName: string;
  ruleVersion: number;
  changeId: string;
  status: string;
  reason: string | null;
  actions: Record<string, unknown>[];
}

export interface Change {
  id: string;
  version: number;
  kind: string;
  source: string;
  rootId: string;
  outcome: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown>;
  cause: { ruleName: string }[];
}

/**
 * An organization on the file's API and worker. Things go by names that begin with "@", in what is sent and in what is read:
 * the collection workflows @agency, @reminders and @vip, the users @ann, @bob and @cy, the payment methods @card and @wire, the
 * in-app channel @bell.
 */
export interface Scene {
  organization: ApiOrganization;
  api: ApiClient;
  /** Saves and activates rules in list order; answers their ids. */
  rules(...rules: RuleDraft[]): Promise<string[]>;
  /** Sends one request that has to succeed, and answers its body once all that follows from it is judged. */
  send<Answer = unknown>(method: string, path: string, body?: unknown, as?: "manual" | "csv"): Promise<Answer>;
  /** Sends one request, whatever is answered. */
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Creates or updates the customer C, or the one that is named. */
  write(body: Record<string, unknown>, as?: "manual" | "csv"): Promise<void>;
  invoice(amount: number, more?: Record<string, unknown>): Promise<void>;
  payment(amount: number, more?: Record<string, unknown>): Promise<void>;
  /** What the customer's slots hold. */
  slots(customer?: string): Promise<{ workflow: string | null; users: string[]; paymentMethods: string[] }>;
  changes(customer?: string): Promise<Change[]>;
  /** The verdicts on a change of this version, the last one unless told otherwise, in list order. */
  explain(customer?: string, version?: number): Promise<Verdict[]>;
  /** All runs, oldest first. */
  runs(): Promise<Run[]>;
  /** Resolves when everything is judged and no message is under way. */
  settled(): Promise<void>;
  /** Any value with ids for our names, and the other way round. */
  withIds<T>(value: T): T;
  named<T>(value: T): T;
}

/** One API and one worker, on the Temporal and the Postgres of the run, for the whole file. */
export function useScenes(): () => Promise<Scene> {
  const undo: (() => Promise<unknown>)[] = [];
  let open: (() => Promise<Scene>) | undefined;
  beforeAll(async () => {
    const { url, sql, drop } = await createTestDatabase();
    undo.push(drop);
    const worker = await startTestWorker({ databaseUrl: url, temporalAddress: temporalAddress() });
    undo.push(worker.stop);
    const server = await startApiServer(sql, worker);
    undo.push(server.close);
    open = async () => {
      const organization = await createApiOrganization(server.root, sql);
      return createScene(organization, async () => {
        const [row] = await sql<{ open: boolean }[]>`
          select exists (select from change_queue where organization_id = ${organization.id})
                 and not (select rules_stopped from organizations where id = ${organization.id})
              or exists (select from timers where organization_id = ${organization.id} and due_at <= now())
              or exists (select from rule_runs where organization_id = ${organization.id} and status in ('planned', 'running'))
            as open`;
        return row?.open === false;
      });
    };
  });
  afterAll(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  return () => {
    if (!open) throw new Error("nothing has started");
    return open();
  };
}

let documents = 0;

async function createScene(organization: ApiOrganization, isSettled: () => Promise<boolean>): Promise<Scene> {
  const { api } = organization;
  const ids = await namedThings(organization);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const replaced = <T>(value: T, by: ReadonlyMap<string, string>): T =>
    JSON.parse(
      JSON.stringify(value, (_, inner) => (typeof inner === "string" ? (by.get(inner) ?? inner) : inner)),
    ) as T;
  const settled = async () => {
    await eventually(isSettled, { intervalMs: 10, timeoutMs: 30_000, message: "judged changes" });
  };
  const changes = async (customer = "C") => {
    const path = `/v1/changes?limit=500&customerId=external:${customer}`;
    const { changes } = await api.get<{ changes: Change[] }>(path);
    return changes.sort((one, other) => one.version - other.version);
  };
  const send = async <Answer>(method: string, path: string, body?: unknown, as?: "manual" | "csv") => {
    const headers: Record<string, string> = as === undefined ? {} : { "X-Source": as };
    const sent = body === undefined ? undefined : replaced(body, ids);
    const answer = await api.send(method, path, sent, headers);
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${JSON.stringify(answer.body)}`);
    await settled();
    return answer.body as Answer;
  };
  const document = (
    kind: string,
    common: Record<string, unknown>,
    { customer = "C", ...more }: Record<string, unknown>,
  ) =>
    send<void>("POST", `/v1/${kind}`, {
      ...{ externalId: `D-${++documents}`, customerId: `external:${customer}`, currency: "EUR" },
      ...common,
      ...more,
    });
  return {
    organization,
    api,
    rules: (...rules) => organization.activate(...rules.map((rule) => replaced(rule, ids))),
    send,
    ask: (method, path, body) => api.send(method, path, body === undefined ? undefined : replaced(body, ids)),
    write: (body, as) => send("POST", "/v1/customers", { externalId: "C", name: "Globex", ...body }, as),
    invoice: (amount, more = {}) => document("invoices", { amount, issuedAt: "2024-01-01", dueAt: "2099-01-31" }, more),
    payment: (amount, more = {}) => document("payments", { amount, paidAt: "2024-02-01" }, more),
    slots: async (customer = "C") => {
      type Members = { id: string }[];
      const found = await api.get<{ workflowId: string | null; assignedUsers: Members; paymentMethods: Members }>(
        `/v1/customers/external:${customer}`,
      );
      const idsOf = (members: Members) => members.map(({ id }) => id);
      const { workflowId: workflow, assignedUsers, paymentMethods } = found;
      return replaced({ workflow, users: idsOf(assignedUsers), paymentMethods: idsOf(paymentMethods) }, names);
    },
    changes,
    explain: async (customer, version) => {
      const all = await changes(customer);
      const change = version === undefined ? all.at(-1) : all.find((one) => one.version === version);
      return replaced((await api.get<{ rules: Verdict[] }>(`/v1/changes/${change?.id}/explain`)).rules, names);
    },
    runs: async () => {
      const { runs } = await api.get<{ runs: Run[] }>("/v1/runs?limit=500");
      return replaced(runs, names).sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    settled,
    withIds: (value) => replaced(value, ids),
    named: (value) => replaced(value, names),
  };
}

async function namedThings(organization: ApiOrganization): Promise<Map<string, string>> {
  const make = async (path: string, body: unknown) => (await organization.api.post<{ id: string }>(path, body)).id;
  const entries = await Promise.all([
    ...["agency", "reminders", "vip"].map(async (name) => [name, await organization.workflow(name)] as const),
    ...["ann", "bob", "cy"].map(async (name) => [name, await organization.user(`${name}@acme.test`)] as const),
    ...["card", "wire"].map(
      async (name) => [name, await make("/v1/payment_methods", { name, kind: "other" })] as const,
    ),
    organization.channel({ kind: "inApp" }).then((id) => ["bell", id] as const),
  ]);
  return new Map(entries.map(([name, id]) => [`@${name}`, id]));
}
