import { expect } from "vitest";
import { claimNotifications } from "../../../db/claims.ts";
import { beginDelivery, finishDelivery } from "../../../db/deliveries.ts";
import { evaluateWithTimers } from "../support/evaluateAll.ts";
import type { Answer, Client, TestApi } from "../support/testApi.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const anyChange = { type: "customerCreatedOrUpdated" };
export const created = { type: "customerCreated" };

/** An organization with what rules name, and steps that tests take. */
export interface Scene {
  client: Client;
  agency: string;
  standard: string;
  ann: string;
  bob: string;
  hook: string;
  /** Saves a rule as active; it assigns the agency to whoever is in France unless told otherwise. */
  rule(more?: Record<string, unknown>): Promise<string>;
  customer(body?: Record<string, unknown>): Promise<string>;
  /** Evaluates all changes and due timers, at this instant (ms) if it is later than now. */
  evaluate(now?: number): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  runs(query?: string): Promise<any[]>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** The customer as it is answered. */
  read(customerId: string): Promise<Answer["body"]>;
  /** Claims what is planned and records this outcome of one attempt each; answers the keys. */
  deliver(status: "sent" | "failed" | "running"): Promise<string[]>;
  timeline(customerId: string, kind: string): Promise<Answer["body"][]>;
}

let workflows = 0;

export async function createScene(api: TestApi): Promise<Scene> {
  const client = await api.organization();
  const { sql } = api.database;
  const idOf = async (path: string, body: unknown): Promise<string> => (await client.make(path, body)).id;
  const agency = await idOf("/v1/workflows", { name: "Agency" });
  const user = (email: string) => idOf("/v1/users", { email, name: email, role: "member", position: "accountManager" });
  return {
    client,
    agency,
    standard: await idOf("/v1/workflows", { name: "Standard" }),
    ann: await user("ann@acme.test"),
    bob: await user("bob@acme.test"),
    hook: await idOf("/v1/channels", {
      name: "Ops",
      kind: "webhook",
      url: "https://example.com/hook",
      secret: "s3cret",
    }),
    async rule(more = {}) {
      const actions = [{ type: "assignWorkflow", workflowId: agency }];
      const filters = [{ field: "country", op: "is", values: ["FR"] }];
      const id = await idOf("/v1/rules", { name: "Rule", trigger: anyChange, filters, actions, ...more });
      const activated = await client.post(`/v1/rules/${id}/activate`, { confirmIrreversible: true });
      expect(activated.status, activated.text).toBe(200);
      return id;
    },
    customer: (body = {}) => idOf("/v1/customers", { name: "Globex", country: "FR", ...body }),
    evaluate: (now) => evaluateWithTimers(sql, client.organizationId, now),
    runs: async (query = "") => (await client.get(`/v1/runs${query}`)).body.runs,
    post: (path, body) => client.post(path, body),
    read: async (id) => (await client.get(`/v1/customers/${id}`)).body,
    async deliver(status) {
      workflows += 1;
      const id = `runs:${client.organizationId}:${workflows}`;
      const claimed = await claimNotifications(sql, client.organizationId, id, "run");
      for (const one of claimed) {
        await beginDelivery(sql, client.organizationId, one.id, id);
        if (status !== "running")
          await finishDelivery(sql, one.id, status, status === "failed" ? "answered 400" : null);
      }
      return claimed.map((one) => one.id);
    },
    timeline: async (id, kind) => {
      const { body } = await client.get(`/v1/customers/${id}/timeline?limit=500`);
      return body.timeline.filter((entry: { kind: string }) => entry.kind === kind);
    },
  };
}
