import type { RuleDraft } from "../../rules/schema.ts";
import type { ApiOrganization } from "../../test/helpers/apiOrganization.ts";

const LINE = 500_000;
const LARGE = 600_000;
const SMALL = 1_000;

export const CUSTOMERS = 1_000;
/** Of every five customers the balance of two crosses the line with each change. */
export const MATCHING = 0.4;
const crosses = (index: number) => index % 5 < 2;

/** An organization with twenty rules, of which one matches every crossing of the line. */
export interface Company {
  agency: string;
  standard: string;
  /** Writes one change for each of the customers, an invoice in even rounds, a payment in odd ones. */
  round(round: number): Promise<void>;
  /** Writes one crossing change of one customer. */
  single(externalId: string, round: number): Promise<void>;
}

export async function createCompany(organization: ApiOrganization): Promise<Company> {
  const { api } = organization;
  const agency = await organization.workflow("Collection agency");
  const standard = await organization.workflow("Standard");
  const other = await organization.workflow("Other");
  await organization.field("segment", "TEXT");
  await organization.activate(
    rule("Over the line", { type: "outstandingThreshold", direction: "exceeds", value: LINE }, agency),
    rule("Below the line", { type: "outstandingThreshold", direction: "fallsBelow", value: LINE }, standard),
    ...idleRules(other),
  );
  const names = Array.from({ length: CUSTOMERS }, (_, index) => `C-${index}`);
  const customers = names.map((name) => ({ externalId: name, name, country: "FR", customFields: { segment: "B2B" } }));
  await api.post("/v1/bulk/customers", { items: customers });
  const money = (customer: string, round: number, amount: number) => ({
    ...{ externalId: `${customer}/${round}`, customerId: `external:${customer}`, amount, currency: "EUR" },
    ...(round % 2 === 0 ? { issuedAt: "2026-01-01", dueAt: "2026-01-31" } : { paidAt: "2026-02-01" }),
  });
  const noun = (round: number) => (round % 2 === 0 ? "invoices" : "payments");
  return {
    agency,
    standard,
    round: async (round) => {
      const items = names.map((name, index) => money(name, round, crosses(index) ? LARGE : SMALL));
      const { results } = await api.post<{ results: { status: number }[] }>(`/v1/bulk/${noun(round)}`, { items });
      if (results.some(({ status }) => status !== 201)) throw new Error(`refused: ${JSON.stringify(results.at(0))}`);
    },
    single: async (externalId, round) => {
      await api.post(`/v1/${noun(round)}`, money(externalId, round, LARGE));
    },
  };
}

/** Eighteen rules that are judged for every change, or whenever the balance moves, and never match. */
function idleRules(workflowId: string): RuleDraft[] {
  return Array.from({ length: 18 }, (_, index) => {
    const segment = { field: "customFields.segment", op: "contains" as const, value: `segment ${index}` };
    const countries = { field: "country", op: "is" as const, values: ["FR", "DE"] };
    if (index % 3 === 0)
      return rule(
        `Threshold ${index}`,
        { type: "outstandingThreshold", direction: "exceeds", value: 10_000_000 + index },
        workflowId,
      );
    if (index % 3 === 1) {
      const trigger = { type: "customerCreatedOrUpdated" as const };
      return { ...rule(`Segment ${index}`, trigger, workflowId), filters: [countries, segment] };
    }
    const trigger = { type: "customerCreatedOrUpdated" as const, onlyWhenStartsMatching: true };
    const owes = { field: "outstanding", op: "between" as const, min: 900_000_000 };
    return { ...rule(`Owes ${index}`, trigger, workflowId), filters: [countries, owes] };
  });
}

function rule(name: string, trigger: RuleDraft["trigger"], workflowId: string): RuleDraft {
  return { name, trigger, actions: [{ type: "assignWorkflow", workflowId }] };
}
