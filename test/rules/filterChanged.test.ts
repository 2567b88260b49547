import { changes, holds, runCases } from "./cases.ts";
import { ANN, BOB, CARD, facts, onAnyChange, rule } from "./fixtures.ts";

runCases("changed", [
  changes("another value", { field: "country" }, { country: "FR" }, { country: "US" }, true),
  changes("the same value", { field: "country" }, { country: "FR" }, { country: "FR", city: "Lyon" }, false),
  changes("a first value", { field: "country" }, {}, { country: "US" }, true),
  changes("a value that goes", { field: "country" }, { country: "FR" }, {}, true),
  changes("from nothing to an empty text", { field: "city" }, {}, { city: "" }, false),
  changes("on creation what has a value", { field: "country" }, null, { country: "US" }, true),
  changes("on creation what has none", { field: "country" }, null, {}, false),
  changes("a balance of 0 on creation is a value", { field: "outstanding" }, null, {}, true),
  changes("from and to", { field: "country", from: ["FR"], to: ["US"] }, { country: "FR" }, { country: "US" }, true),
  changes("from another", { field: "country", from: ["FR"], to: ["US"] }, { country: "DE" }, { country: "US" }, false),
  changes("to another", { field: "country", from: ["FR"], to: ["US"] }, { country: "FR" }, { country: "CA" }, false),
  changes("from one of several", { field: "country", from: ["FR", "DE"] }, { country: "DE" }, { country: "US" }, true),
  changes("to alone", { field: "country", to: ["US"] }, {}, { country: "US" }, true),
  changes("to, without a change", { field: "country", to: ["US"] }, { country: "US" }, { country: "US" }, false),
  changes("from empty", { field: "country", from: [null] }, {}, { country: "US" }, true),
  changes(
    "from empty, but it was not",
    { field: "country", from: [null] },
    { country: "FR" },
    { country: "US" },
    false,
  ),
  changes("on creation from empty", { field: "country", from: [null] }, null, { country: "US" }, true),
  changes("on creation from a value", { field: "country", from: ["FR"] }, null, { country: "US" }, false),
  changes("to empty", { field: "country", to: [null] }, { country: "FR" }, {}, true),
  changes("to empty or a value", { field: "country", to: [null, "US"] }, { country: "FR" }, { country: "CA" }, false),
  changes(
    "a number",
    { field: "creditLimit", from: [100], to: [200] },
    { creditLimit: 100 },
    { creditLimit: 200 },
    true,
  ),
  changes("rating", { field: "rating", to: ["D"] }, { rating: "B" }, { rating: "D" }, true),
  changes("users added", { field: "users" }, { users: [ANN] }, { users: [ANN, BOB] }, true),
  changes("users in another order", { field: "users" }, { users: [ANN, BOB] }, { users: [BOB, ANN] }, false),
  changes(
    "users to one who is among them",
    { field: "users", to: [BOB] },
    { users: [ANN] },
    { users: [ANN, BOB] },
    true,
  ),
  changes("users from nobody", { field: "users", from: [null] }, {}, { users: [ANN] }, true),
  changes("payment methods taken away", { field: "paymentMethods" }, { paymentMethods: [CARD] }, {}, true),
  changes(
    "the same delay out of other sums",
    { field: "averagePaymentDelay" },
    { delaySums: ["7", "1"] },
    { delaySums: ["14", "2"] },
    false,
  ),
  changes(
    "another delay",
    { field: "averagePaymentDelay" },
    { delaySums: ["7", "1"] },
    { delaySums: ["15", "2"] },
    true,
  ),
  changes(
    "a delay to an exact value",
    { field: "averagePaymentDelay", to: [7.5] },
    { delaySums: ["7", "1"] },
    { delaySums: ["15", "2"] },
    true,
  ),
  changes("a custom field", { field: "customFields.vip", to: [true] }, {}, { customFields: { vip: true } }, true),
  changes("a custom number", { field: "customFields.score", from: [1] }, { customFields: { score: 1 } }, {}, true),
  changes(
    "a date",
    { field: "customFields.renewal", to: ["2026-05-01"] },
    {},
    { customFields: { renewal: "2026-05-01" } },
    true,
  ),
  changes("an inherited key", { field: "customFields.constructor" }, {}, {}, false),
]);

runCases("changed in traces and alternatives", [
  {
    name: "the trace shows the value before",
    rule: rule(onAnyChange, [{ field: "country", op: "changed", to: ["US"] }]),
    before: facts({ country: "FR" }),
    after: facts({ country: "CA" }),
    verdict: "filters",
    trace: {
      conditions: [
        { field: "country", op: "changed", expected: { to: ["US"] }, before: "FR", actual: "CA", holds: false },
      ],
    },
  },
  {
    name: "one alternative that changed is enough",
    rule: rule(onAnyChange, [
      {
        anyOf: [
          { field: "country", op: "changed" },
          { field: "city", op: "changed" },
        ],
      },
    ]),
    before: facts({ country: "FR", city: "Paris" }),
    after: facts({ country: "FR", city: "Lyon" }),
    verdict: "matched",
  },
  {
    name: "by the schedule, a changed condition never held before",
    rule: rule(onAnyChange, [{ field: "rating", op: "changed" }]),
    source: "schedule",
    before: facts({ rating: "A" }),
    after: facts({ rating: "B" }),
    verdict: "matched",
  },
]);

const US = { field: "country", op: "is" as const, values: ["US"] };
const rich = { field: "outstanding", op: "between" as const, min: 100 };

runCases("anyOf", [
  holds("the first alternative", { anyOf: [US, rich] }, { country: "US" }, true),
  holds("the second alternative", { anyOf: [US, rich] }, { outstanding: 100 }, true),
  holds("neither", { anyOf: [US, rich] }, { country: "FR", outstanding: 99 }, false),
  holds("a single alternative", { anyOf: [US] }, { country: "US" }, true),
  {
    name: "the trace shows every alternative",
    rule: rule(onAnyChange, [{ anyOf: [US, rich] }, US]),
    before: facts(),
    after: facts({ outstanding: 100 }),
    verdict: "filters",
    trace: {
      conditions: [
        {
          anyOf: [
            { field: "country", holds: false },
            { field: "outstanding", holds: true },
          ],
          holds: true,
        },
        { field: "country", holds: false },
      ],
    },
  },
]);
