import { runCases } from "./cases.ts";
import { facts, rule } from "./fixtures.ts";

const US = { field: "country", op: "is", values: ["US"] } as const;
const inUS = { ...US, values: [...US.values] };
const created = { type: "customerCreated" } as const;
const updated = { type: "customerCreatedOrUpdated" } as const;
const starting = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } as const;

runCases("customerCreated", [
  { name: "fires on creation", rule: rule(created), before: null, after: facts(), verdict: "matched" },
  {
    name: "never fires on an update",
    rule: rule(created),
    before: facts(),
    after: facts({ name: "X" }),
    verdict: "trigger",
  },
  {
    name: "asks the filters too",
    rule: rule(created, [inUS]),
    before: null,
    after: facts({ country: "FR" }),
    verdict: "filters",
  },
  {
    name: "traces the conditions although the trigger did not fire",
    rule: rule(created, [inUS]),
    before: facts(),
    after: facts({ country: "US" }),
    verdict: "trigger",
    trace: {
      trigger: { fired: false, before: null, after: null },
      conditions: [{ field: "country", op: "is", expected: ["US"], actual: "US", holds: true }],
    },
  },
]);

runCases("customerCreatedOrUpdated", [
  { name: "fires on creation", rule: rule(updated), before: null, after: facts(), verdict: "matched" },
  {
    name: "fires on any change",
    rule: rule(updated),
    before: facts(),
    after: facts({ city: "Lyon" }),
    verdict: "matched",
  },
  {
    name: "fires again while the filters hold",
    rule: rule(updated, [inUS]),
    before: facts({ country: "US" }),
    after: facts({ country: "US", city: "Austin" }),
    verdict: "matched",
  },
  {
    name: "on a change by the schedule stays silent while the filters held before",
    rule: rule(updated, [inUS]),
    source: "schedule",
    before: facts({ country: "US" }),
    after: facts({ country: "US", overdue: 5 }),
    verdict: "trigger",
    trace: { trigger: { fired: false, filtersHeldBefore: true } },
  },
  {
    name: "on a change by the schedule fires as the filters start to hold",
    rule: rule(updated, [{ field: "overdueDays", op: "between", min: 30 }]),
    source: "schedule",
    before: facts({ overdueSince: "2026-01-31", asOf: "2026-03-01" }),
    after: facts({ overdueSince: "2026-01-31", asOf: "2026-03-02" }),
    verdict: "matched",
  },
]);

runCases("customerCreatedOrUpdated with onlyWhenStartsMatching", [
  {
    name: "fires on creation",
    rule: rule(starting, [inUS]),
    before: null,
    after: facts({ country: "US" }),
    verdict: "matched",
  },
  {
    name: "fires as the filters start to hold",
    rule: rule(starting, [inUS]),
    before: facts({ country: "FR" }),
    after: facts({ country: "US" }),
    verdict: "matched",
  },
  {
    name: "does not fire while they go on holding",
    rule: rule(starting, [inUS]),
    before: facts({ country: "US" }),
    after: facts({ country: "US", city: "Austin" }),
    verdict: "trigger",
  },
  {
    name: "does not fire as they cease to hold",
    rule: rule(starting, [inUS]),
    before: facts({ country: "US" }),
    after: facts({ country: "FR" }),
    verdict: "trigger",
  },
  {
    name: "fires in vain while they do not hold",
    rule: rule(starting, [inUS]),
    before: facts({ country: "FR" }),
    after: facts({ country: "FR", city: "Lyon" }),
    verdict: "filters",
  },
  {
    name: "takes a changed condition as one that never held before",
    rule: rule(starting, [{ field: "city", op: "changed" }]),
    before: facts({ city: "Paris" }),
    after: facts({ city: "Lyon" }),
    verdict: "matched",
  },
  {
    name: "without filters, which always hold, fires on creation only",
    rule: rule(starting),
    before: facts(),
    after: facts({ city: "Lyon" }),
    verdict: "trigger",
  },
]);
