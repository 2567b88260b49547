import type { RuleDraft } from "../../../rules/schema.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";

/** A backfill as the API answers it. */
export interface ShownBackfill {
  id: string;
  status: string;
  waitsFor: string | null;
  error: string | null;
  irreversible: boolean;
  temporalWorkflowId: string;
  progress: {
    total: number | null;
    done: number;
    changed: number;
    unchanged: number;
    skipped: Record<string, number>;
    failed: number;
    notifications: number;
    perSecond: number | null;
    secondsLeft: number | null;
  };
}

export interface ShownResult {
  customerId: string;
  externalId: string;
  status: string;
  reason: string | null;
  version: number;
  changes: { slot: string; from: unknown; to: unknown }[];
  rules: { ruleId: string; status: string; reason?: string; lostTo?: { name: string }; runId?: string }[];
  notifications: number;
  error: string | null;
}

export interface ShownCustomer {
  id: string;
  externalId: string;
  workflowId: string | null;
  version: number;
}

export const startBackfill = (organization: ApiOrganization, body: unknown) =>
  organization.api.post<ShownBackfill>("/v1/backfills", body);

export const readBackfill = (organization: ApiOrganization, id: string) =>
  organization.api.get<ShownBackfill>(`/v1/backfills/${id}`);

/** Approves, pauses, resumes, cancels, retries or undoes a backfill. */
export const move = (organization: ApiOrganization, id: string, word: string, body?: unknown) =>
  organization.api.post<ShownBackfill>(`/v1/backfills/${id}/${word}`, body);

/** What a request is refused with; null where it is not. */
export const refused = (attempt: Promise<unknown>) => attempt.then(() => null).catch((error: unknown) => error);

/** Waits until a backfill has one of these statuses. */
export function reaching(organization: ApiOrganization, id: string, ...statuses: string[]): Promise<ShownBackfill> {
  return eventually(
    async () => {
      const backfill = await readBackfill(organization, id);
      if (backfill.status === "failed" && !statuses.includes("failed")) throw new Error(`it failed: ${backfill.error}`);
      return statuses.includes(backfill.status) ? backfill : null;
    },
    { timeoutMs: 60_000, intervalMs: 25, message: `a backfill that is ${statuses.join(" or ")}` },
  );
}

/** Starts a backfill and waits for its end. */
export async function backfilled(organization: ApiOrganization, body: unknown): Promise<ShownBackfill> {
  const { id } = await startBackfill(organization, body);
  return reaching(organization, id, "completed");
}

/** Results by the customers' external ids. */
export async function resultsOf(organization: ApiOrganization, id: string): Promise<Record<string, ShownResult>> {
  const { results } = await organization.api.get<{ results: ShownResult[] }>(`/v1/backfills/${id}/results?limit=500`);
  return Object.fromEntries(results.map((result) => [result.externalId, result]));
}

/** Status and reason of each customer's result: `changed`, `skipped filters`. */
export async function outcomes(organization: ApiOrganization, id: string): Promise<Record<string, string>> {
  const results = await resultsOf(organization, id);
  return Object.fromEntries(
    Object.values(results).map(({ externalId, status, reason }) => [
      externalId,
      reason ? `${status} ${reason}` : status,
    ]),
  );
}

/** Writes customers and waits until all is evaluated. */
export async function withCustomers(organization: ApiOrganization, items: object[]): Promise<void> {
  for (let from = 0; from < items.length; from += 10_000) {
    await organization.api.post("/v1/bulk/customers", { items: items.slice(from, from + 10_000) });
  }
  await organization.settled();
}

export const many = (count: number, of: (index: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, index) => ({ externalId: `C-${index}`, name: `Customer ${index}`, ...of(index) }));

export function rule(name: string, workflowId: string, more: Partial<RuleDraft> = {}): RuleDraft {
  return {
    ...{ name, trigger: { type: "customerCreatedOrUpdated" } },
    actions: [{ type: "assignWorkflow", workflowId }],
    ...more,
  };
}

export const customerOf = (organization: ApiOrganization, externalId: string) =>
  organization.api.get<ShownCustomer>(`/v1/customers/external:${externalId}`);
