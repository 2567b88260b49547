import { describe, expect, it } from "vitest";
import type { Condition, Trigger } from "../../../rules/schema.ts";
import { type Firing, playFiring, type Step } from "./support/firing.ts";
import { useScenes } from "./support/scene.ts";

const open = useScenes();

const created: Trigger = { type: "customerCreated" };
const anyChange: Trigger = { type: "customerCreatedOrUpdated" };
const startsMatching: Trigger = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true };
const country: Condition = { field: "country", op: "is", values: ["US"] };

type Line = number | { field: string };
const outstanding = (direction: "exceeds" | "fallsBelow", value: Line) => ({
  trigger: { type: "outstandingThreshold" as const, direction, value },
});
const delay = (direction: "exceeds" | "fallsBelow", value: Line) => ({
  trigger: { type: "averagePaymentDelayThreshold" as const, direction, value },
});
const rating = (direction: "exceeds" | "fallsBelow", value: "A" | "B" | "C" | "D") => ({
  trigger: { type: "ratingThreshold" as const, direction, value },
});

const CUSTOMERS: Firing[] = [
  {
    name: "customerCreated fires on creation alone, customerCreatedOrUpdated whenever a fact changed",
    fields: { note: "TEXT" },
    rules: { created: { trigger: created }, "any change": { trigger: anyChange } },
    steps: [
      { set: {}, fires: ["created", "any change"] },
      { set: { city: "Reno" }, fires: ["any change"] },
      { set: { customFields: { note: "x" } }, fires: ["any change"] },
      { owes: 500, fires: ["any change"] },
      { billed: true, fires: ["any change"] },
      { paidLate: 40, fires: ["any change"] },
      { set: { workflowId: "@vip" }, fires: ["any change"] },
      { set: { userIds: ["@ann"] }, fires: ["any change"] },
      { set: { city: "Reno", userIds: ["@ann"] }, fires: null },
      { set: { lastReminderAt: "2026-01-01T00:00:00Z" }, fires: null },
      {
        sends: ["POST", "/v1/contacts", { customerId: "external:C", name: "Kim" }],
        fires: null,
      },
    ],
  },
  {
    name: "onlyWhenStartsMatching fires where the filters did not hold before",
    rules: {
      starts: { trigger: startsMatching, filters: [country] },
      always: { trigger: anyChange, filters: [country] },
    },
    steps: [
      { set: { country: "US" }, fires: ["starts", "always"] },
      { set: { city: "Reno" }, fires: ["always"] },
      { set: { country: "FR" }, fires: [] },
      { set: { city: "Nice" }, fires: [] },
      { set: { country: "US" }, fires: ["starts", "always"] },
      { set: { country: "US", city: "Reno" }, fires: ["always"] },
    ],
  },
];

const OUTSTANDING: Firing[] = [
  {
    name: "exceeds 500 where before ≤ 500 < after, falls below it where before ≥ 500 > after",
    rules: { exceeds: outstanding("exceeds", 500), "falls below": outstanding("fallsBelow", 500) },
    steps: [
      { set: {}, fires: [] },
      { owes: 500, fires: [] },
      { owes: 501, fires: ["exceeds"] },
      { owes: 700, fires: [] },
      { owes: 600, fires: [] },
      { owes: 500, fires: [] },
      { owes: 499, fires: ["falls below"] },
      { owes: 100, fires: [] },
      { owes: 501, fires: ["exceeds"] },
      { owes: -1, fires: ["falls below"] },
    ],
  },
  {
    name: "is 0 before the customer is there",
    rules: {
      "exceeds -1": outstanding("exceeds", -1),
      "falls below 1": outstanding("fallsBelow", 1),
      "falls below 0": outstanding("fallsBelow", 0),
    },
    steps: [
      { set: {}, fires: [] },
      { owes: -1, fires: ["falls below 0"] },
      { owes: 0, fires: ["exceeds -1"] },
      { owes: 1, fires: [] },
      { owes: 0, fires: ["falls below 1"] },
    ],
  },
  {
    name: "is compared with a limit of the customer's own: empty is no limit, given below the balance it is exceeded",
    rules: {
      exceeds: outstanding("exceeds", { field: "creditLimit" }),
      "falls below": outstanding("fallsBelow", { field: "creditLimit" }),
    },
    steps: [
      { set: {}, fires: [] },
      { owes: 500, fires: [] },
      { set: { creditLimit: 400 }, fires: ["exceeds"] },
      { set: { creditLimit: null }, fires: [] },
      { set: { creditLimit: 600 }, fires: [] },
      { owes: 601, fires: ["exceeds"] },
      { owes: 600, fires: [] },
      { owes: 599, fires: ["falls below"] },
      { set: { creditLimit: 598 }, fires: ["exceeds"] },
      { set: { creditLimit: 600 }, fires: ["falls below"] },
      { set: { creditLimit: null }, fires: [] },
      { owes: 0, fires: [] },
    ],
  },
  {
    name: "is compared with a custom number",
    fields: { ceiling: "NUMBER" },
    rules: { exceeds: outstanding("exceeds", { field: "customFields.ceiling" }) },
    steps: [
      { set: {}, fires: [] },
      { owes: 500, fires: [] },
      { set: { customFields: { ceiling: 499.5 } }, fires: ["exceeds"] },
      { set: { customFields: { ceiling: 500 } }, fires: [] },
      { owes: 501, fires: ["exceeds"] },
    ],
  },
  {
    name: "moves once for all that one request brings",
    rules: { exceeds: outstanding("exceeds", 500), "falls below": outstanding("fallsBelow", 500) },
    steps: [
      { set: {}, fires: [] },
      { sends: ["POST", "/v1/bulk/invoices", invoices(["I-1", 600], ["I-1", 400])], fires: [] },
      {
        sends: ["POST", "/v1/bulk/invoices", invoices(["I-2", 60], ["I-3", 60])],
        fires: ["exceeds"],
      },
      { sends: ["POST", "/v1/bulk/invoices", invoices(["I-1", 1], ["I-4", 700])], fires: [] },
    ],
  },
];

function invoices(...items: [externalId: string, amount: number][]) {
  const common = { customerId: "external:C", currency: "EUR", issuedAt: "2024-01-01", dueAt: "2099-01-31" };
  return { items: items.map(([externalId, amount]) => ({ ...common, externalId, amount })) };
}

/** Days late by the rating that they give. */
const LATE = { A: 30, B: 60, C: 90, D: 91 };
const becomes = (letter: keyof typeof LATE, ...fires: string[]): Step => ({ paidLate: LATE[letter], fires });

const small = {
  ...{ externalId: "small", customerId: "external:C", currency: "EUR", amount: 1, state: "paid" },
  ...{ issuedAt: "2024-01-01", dueAt: "2024-01-31", paidAt: "2024-03-02" },
};

const DELAYS: Firing[] = [
  {
    name: "a rating exceeds and falls below letters, A best; a first one or an empty one never does",
    rules: {
      "exceeds B": rating("exceeds", "B"),
      "exceeds C": rating("exceeds", "C"),
      "exceeds D": rating("exceeds", "D"),
      "below A": rating("fallsBelow", "A"),
      "below B": rating("fallsBelow", "B"),
      "below C": rating("fallsBelow", "C"),
    },
    steps: [
      { set: {}, fires: [] },
      { billed: true, fires: [] },
      becomes("A"),
      becomes("B", "below A"),
      becomes("A", "exceeds B"),
      becomes("C", "below A", "below B"),
      becomes("A", "exceeds B", "exceeds C"),
      becomes("D", "below A", "below B", "below C"),
      becomes("B", "exceeds C", "exceeds D"),
      becomes("C", "below B"),
      becomes("B", "exceeds C"),
      becomes("D", "below B", "below C"),
      becomes("C", "exceeds D"),
      becomes("D", "below C"),
      becomes("A", "exceeds B", "exceeds C", "exceeds D"),
      { unpaid: true, fires: [] },
      becomes("D"),
      { unpaid: true, fires: [] },
    ],
  },
  {
    name: "an empty delay lies below every threshold: a first value can exceed, and none falls by becoming empty",
    rules: { exceeds: delay("exceeds", 30), "falls below": delay("fallsBelow", 30) },
    steps: [
      { set: {}, fires: [] },
      { billed: true, fires: [] },
      { paidLate: 29, fires: [] },
      { unpaid: true, fires: [] },
      { paidLate: 31, fires: ["exceeds"] },
      { unpaid: true, fires: [] },
      { paidLate: 30, fires: [] },
      // 30.0001 days: people see 30.
      { sends: ["POST", "/v1/invoices", small], fires: ["exceeds"] },
      { sends: ["PATCH", "/v1/invoices/external:small", { state: "void" }], fires: [] },
      { paidLate: 29, fires: ["falls below"] },
      { paidLate: -5, fires: [] },
      { paidLate: 400, fires: ["exceeds"] },
    ],
  },
  {
    name: "a delay is compared with another fact",
    fields: { agreed: "NUMBER" },
    rules: { exceeds: delay("exceeds", { field: "customFields.agreed" }) },
    steps: [
      { set: { customFields: { agreed: 14 } }, fires: [] },
      { billed: true, fires: [] },
      { paidLate: 14, fires: [] },
      { paidLate: 15, fires: ["exceeds"] },
      { set: { customFields: { agreed: 15 } }, fires: [] },
      { set: { customFields: { agreed: 14.5 } }, fires: ["exceeds"] },
      { set: { customFields: { agreed: null } }, fires: [] },
    ],
  },
];

const changed = (field: string, lists: Record<string, (string | number | boolean | null)[]> = {}) => ({
  trigger: anyChange,
  filters: [{ field, op: "changed" as const, ...lists }],
});

const CHANGED: Firing[] = [
  {
    name: "a text, a choice and yes or no have changed, from some values and to some values",
    fields: { vip: "BOOLEAN", segment: "TEXT" },
    rules: {
      country: changed("country"),
      "FR to US": changed("country", { from: ["FR"], to: ["US"] }),
      "from FR or DE": changed("country", { from: ["FR", "DE"] }),
      "to US": changed("country", { to: ["US"] }),
      "from empty": changed("country", { from: [null] }),
      "to empty": changed("country", { to: [null] }),
      vip: changed("customFields.vip", { to: [true] }),
      segment: changed("customFields.segment", { from: ["B2B"] }),
      "anything of both": {
        trigger: anyChange,
        filters: [
          {
            anyOf: [
              { field: "city", op: "changed" },
              { field: "language", op: "changed" },
            ],
          },
        ],
      },
    },
    steps: [
      { set: { country: "FR", customFields: { segment: "B2B" } }, fires: ["country", "from empty"] },
      { set: { name: "Other" }, fires: [] },
      { set: { country: "US" }, fires: ["country", "FR to US", "from FR or DE", "to US"] },
      { set: { country: "DE" }, fires: ["country"] },
      { set: { country: "US" }, fires: ["country", "from FR or DE", "to US"] },
      { set: { country: null }, fires: ["country", "to empty"] },
      { set: { country: "US" }, fires: ["country", "to US", "from empty"] },
      { set: { customFields: { vip: false } }, fires: [] },
      { set: { customFields: { vip: true } }, fires: ["vip"] },
      { set: { customFields: { segment: "b2b" } }, fires: ["segment"] },
      { set: { customFields: { segment: "B2B" } }, fires: [] },
      { set: { city: "Reno" }, fires: ["anything of both"] },
      { set: { language: "en" }, fires: ["anything of both"] },
    ],
  },
  {
    name: "on creation everything with a value has changed from empty",
    fields: { seats: "NUMBER", renewal: "DATE" },
    rules: {
      name: changed("name", { from: [null] }),
      email: changed("email"),
      city: changed("city"),
      workflow: changed("workflow", { from: [null], to: ["@vip"] }),
      users: changed("users", { to: ["@bob"] }),
      paymentMethods: changed("paymentMethods"),
      creditLimit: changed("creditLimit", { from: [null], to: [0] }),
      createdAt: changed("createdAt"),
      rating: changed("rating"),
      averagePaymentDelay: changed("averagePaymentDelay"),
      seats: changed("customFields.seats", { to: [3] }),
      renewal: changed("customFields.renewal", { to: ["2026-05-01"] }),
    },
    steps: [
      {
        set: {
          ...{ email: "pay@acme.test", city: "", creditLimit: 0, workflowId: "@vip", userIds: ["@ann", "@bob"] },
          customFields: { seats: 3, renewal: "2026-05-01" },
        },
        fires: ["name", "email", "workflow", "users", "creditLimit", "createdAt", "seats", "renewal"],
      },
    ],
  },
  {
    name: "amounts, delays, ratings and assignments have changed",
    rules: {
      outstanding: changed("outstanding"),
      "to 700": changed("outstanding", { to: [700] }),
      delay: changed("averagePaymentDelay", { to: [40] }),
      rating: changed("rating", { from: ["A"], to: ["B", "C"] }),
      workflow: changed("workflow", { from: ["@agency"] }),
      users: changed("users", { from: ["@ann"] }),
    },
    steps: [
      { set: {}, fires: ["outstanding"] },
      { owes: 500, fires: ["outstanding"] },
      { owes: 700, fires: ["outstanding", "to 700"] },
      { set: { workflowId: "@agency", userIds: ["@ann", "@bob"] }, fires: [] },
      { set: { workflowId: "@vip" }, fires: ["workflow"] },
      { set: { userIds: ["@bob", "@ann"], city: "Reno" }, fires: [] },
      { set: { userIds: ["@bob"] }, fires: ["users"] },
      { billed: true, fires: ["outstanding"] },
      { paidLate: 30, fires: ["outstanding", "to 700"] },
      { paidLate: 40, fires: ["delay", "rating"] },
      { paidLate: 41, fires: [] },
    ],
  },
];

describe("a customer", () => {
  it.each(CUSTOMERS)("$name", async (firing) => playFiring(await open(), firing));
});
describe("what a customer owes", () => {
  it.each(OUTSTANDING)("$name", async (firing) => playFiring(await open(), firing));

  it("crosses a line by the sequence of changes alone, however late and however many at once they are judged", async () => {
    const scene = await open();
    await scene.rules({
      ...{ name: "exceeds", ...outstanding("exceeds", 500) },
      actions: [{ type: "assignPaymentMethods", paymentMethodIds: [] }],
    });
    await scene.write({});
    await scene.send("POST", "/v1/organization/stop_rules");
    for (const amount of [600, 200]) await scene.invoice(amount);
    await scene.payment(700);
    await scene.invoice(450);
    expect((await scene.changes()).filter(({ outcome }) => outcome === "evaluated")).toHaveLength(1);
    await scene.send("POST", "/v1/organization/start_rules");
    const fired = [];
    for (const version of [1, 2, 3, 4, 5]) fired.push((await scene.explain("C", version))[0]?.matched);
    expect(fired).toEqual([false, true, false, false, true]);
  });
});
describe("the payment delay", () => {
  it.each(DELAYS)("$name", async (firing) => playFiring(await open(), firing));
});
describe("a field", () => {
  it.each(CHANGED)("$name", async (firing) => playFiring(await open(), firing));
});
