import type { Facts } from "../../rules/facts.ts";
import type { FactsChange, RulesetRule } from "../../rules/judge.ts";
import type { Filter, Trigger } from "../../rules/schema.ts";
import { OWNER } from "./engines.ts";

/** How many different facts are gone through, so that no engine can remember an answer. */
export const VARIANTS = 1_024;

/** Facts of which three in four meet all twenty conditions; the others fail at different places. */
export function variedFacts(): Facts[] {
  return Array.from({ length: VARIANTS }, (_, n) => {
    const miss = n % 4 === 3 ? (n >> 2) % 5 : -1;
    return {
      externalId: `C-${n}`,
      name: `Customer ${n}`,
      email: `billing${n}@example.com`,
      country: miss === 0 ? "FR" : n % 2 ? "US" : "CA",
      city: n % 3 ? "Austin" : "Toronto",
      language: n % 2 ? "en" : "fr",
      currency: "USD",
      creditLimit: 1_000_000 + n,
      parentId: null,
      createdAt: "2026-01-01T00:00:00.000Z",
      lastReminderAt: null,
      customFields: {
        plan: n % 2 ? "Gold" : "Premium",
        segment: miss === 1 ? "B2C" : "B2B",
        vip: true,
        score: 1 + (n % 7),
      },
      outstanding: 600_000 + n,
      due: 300_000,
      overdue: miss === 2 ? 10 : 300_000 + n,
      unapplied: 0,
      overdueSince: "2026-02-01",
      delaySums: ["5655", "125"],
      rating: n % 2 ? "B" : "C",
      workflow: miss === 3 ? null : `0190c000-0000-7000-8000-00000000000${1 + (n % 2)}`,
      users: miss === 4 ? [] : [`0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`, OWNER],
      paymentMethods: ["0190b000-0000-7000-8000-000000000001"],
      asOf: "2026-03-01",
    };
  });
}

/** Updates that move outstanding, due and overdue and leave everything else alone. */
export function balanceChanges(): FactsChange[] {
  return variedFacts().map((before, n) => {
    const paid = (n % 9) * 50_000;
    const after = {
      ...before,
      outstanding: before.outstanding - paid - 1,
      overdue: before.overdue - 1,
      due: before.due - paid,
    };
    return { kind: "updated", source: "api", before, after };
  });
}

const filters: Filter[] = [
  { field: "country", op: "is", values: ["US", "CA"] },
  { field: "overdue", op: "between", min: 100_000 },
  { field: "customFields.plan", op: "is", values: ["Premium"] },
  { field: "users", op: "is", values: [OWNER] },
];

function listed(place: number, trigger: Trigger, more: Filter[] = []): RulesetRule {
  const rule = {
    name: `Rule ${place}`,
    trigger,
    filters: [...more, ...filters],
    actions: [{ type: "assignWorkflow" as const, workflowId: null }],
  };
  return { ruleId: `rule-${place}`, version: 1, name: rule.name, rule };
}

/** Rules that a balance change can set off: thresholds, and updates that look at a balance. */
function reachable(place: number): RulesetRule {
  return place % 2
    ? listed(place, { type: "outstandingThreshold", direction: "fallsBelow", value: 400_000 + place * 10 })
    : listed(place, { type: "customerCreatedOrUpdated" }, [{ field: "due", op: "changed" }]);
}

const OUT_OF_REACH: ((place: number) => RulesetRule)[] = [
  (place) => listed(place, { type: "customerCreated" }),
  (place) => listed(place, { type: "ratingThreshold", direction: "fallsBelow", value: "B" }),
  (place) => listed(place, { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30 + (place % 50) }),
  (place) => listed(place, { type: "customerCreatedOrUpdated" }, [{ field: "country", op: "changed" }]),
  (place) => listed(place, { type: "customerCreatedOrUpdated" }, [{ field: "customFields.plan", op: "changed" }]),
];

/** `total` rules, of which `within` reach, spread over the list, can be set off by a balance change. */
export function ruleset(total: number, within: number): RulesetRule[] {
  const every = total / within;
  return Array.from({ length: total }, (_, place) =>
    place % every === 0 ? reachable(place / every) : OUT_OF_REACH[place % OUT_OF_REACH.length]!(place),
  );
}
