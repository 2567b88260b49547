import { beforeAll } from "vitest";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { type SharedStack, sharedStack } from "../../helpers/sharedStack.ts";

/** What the examples read of the API's answers. */
export interface Customer {
  id: string;
  outstanding: number;
  overdue: number;
  overdueDays: number | null;
  averagePaymentDelay: number | null;
  rating: string | null;
  workflowId: string | null;
  assignedUsers: { id: string }[];
  version: number;
}
export interface Verdict {
  ruleId: string;
  matched: boolean;
  reason: string;
  lostTo?: { ruleId: string; name: string };
  path?: { ruleName: string }[];
  runId?: string;
  trigger: { fired: boolean; before: unknown; after: unknown };
  conditions: { field: string; op: string; expected: unknown; actual: unknown; holds: boolean }[];
}
export interface Run {
  id: string;
  ruleId: string;
  customerId: string;
  status: string;
  reason: string | null;
  actions: { type: string; status: string; reason?: string; attempts?: number; error?: string | null }[];
  temporalWorkflowId: string | null;
}

/** An organization on the file's stack, with what most examples need. */
export interface Scene {
  organization: ApiOrganization;
  agency: string;
  standard: string;
  /** Creates or updates a customer and answers it once everything is evaluated. */
  customer(body: { externalId: string } & Record<string, unknown>): Promise<Customer>;
  invoice(externalId: string, customer: string, amount: number, dueAt?: string): Promise<void>;
  payment(externalId: string, customer: string, amount: number, more?: Record<string, unknown>): Promise<void>;
  read(externalId: string): Promise<Customer>;
  /** Runs of a rule or of the whole organization, oldest first. */
  runs(ruleId?: string): Promise<Run[]>;
  /** The verdicts on a customer's change of this version; its last one unless told otherwise. */
  explain(customer: string, version?: number): Promise<Verdict[]>;
}

/** The stack that files share, before the first test. */
export function useStack(): { stack: () => SharedStack; scene: () => Promise<Scene> } {
  let stack: SharedStack | undefined;
  beforeAll(async () => {
    stack = await sharedStack();
  });
  const started = () => {
    if (!stack) throw new Error("the stack has not started");
    return stack;
  };
  return { stack: started, scene: () => openScene(started()) };
}

async function openScene(stack: SharedStack): Promise<Scene> {
  const organization = await stack.organization();
  const { api } = organization;
  const read = (externalId: string) => api.get<Customer>(`/v1/customers/external:${externalId}`);
  const of = (customer: string) => ({ customerId: `external:${customer}`, currency: "EUR" });
  return {
    organization,
    agency: await organization.workflow("Collection agency"),
    standard: await organization.workflow("Standard"),
    read,
    customer: async (body) => {
      await api.post("/v1/customers", { name: body.externalId, ...body });
      await organization.settled();
      return read(body.externalId);
    },
    invoice: async (externalId, customer, amount, dueAt = "2024-01-31") => {
      await api.post("/v1/invoices", { externalId, ...of(customer), issuedAt: "2024-01-01", dueAt, amount });
      await organization.settled();
    },
    payment: async (externalId, customer, amount, more = {}) => {
      await api.post("/v1/payments", { externalId, ...of(customer), paidAt: "2024-02-01", amount, ...more });
      await organization.settled();
    },
    runs: async (ruleId) => {
      const { runs } = await api.get<{ runs: Run[] }>(`/v1/runs${ruleId ? `?ruleId=${ruleId}` : ""}`);
      return runs.sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    explain: async (customer, version) => {
      const wanted = version ?? (await read(customer)).version;
      const { changes } = await api.get<{ changes: { id: string; version: number }[] }>(
        `/v1/changes?customerId=external:${customer}`,
      );
      const change = changes.find((one) => one.version === wanted);
      return (await api.get<{ rules: Verdict[] }>(`/v1/changes/${change?.id}/explain`)).rules;
    },
  };
}
