import { expect, test } from "vitest";
import { conflictsOf } from "../../rules/conflicts.ts";
import type { Action, Filter, Rule, Trigger } from "../../rules/schema.ts";
import { AGENCY, ANN, BOB, CARD, context, FRIENDLY, onAnyChange, WEBHOOK } from "./fixtures.ts";

const domain = { ...context, today: "2026-03-01" };

const toWorkflow: Action = { type: "assignWorkflow", workflowId: AGENCY };
const clear: Action = { type: "assignWorkflow", workflowId: null };
const users = (mode: "replace" | "add" | "remove", userIds: string[], customFields: string[] = []): Action => ({
  type: "assignUsers",
  userIds,
  customFields,
  mode,
});
const methods = (mode: "replace" | "add" | "remove", paymentMethodIds: string[]): Action => ({
  type: "assignPaymentMethods",
  paymentMethodIds,
  mode,
});
const notify: Action = { type: "sendNotification", channelId: WEBHOOK, to: [{ userId: ANN }], subject: "", body: "x" };
const exclude: Action = { type: "excludeCustomer" };
const wait: Action = { type: "wait", days: 3, recheck: true };

const rule = (actions: Action[], filters: Filter[] = [], trigger: Trigger = onAnyChange): Rule => ({
  name: "Rule",
  trigger,
  filters,
  actions,
});
const inCountry = (value: string): Filter[] => [{ field: "country", op: "is", values: [value] }];

const CASES: { name: string; one: Rule; other: Rule; found: string[] }[] = [
  { name: "two workflows", one: rule([toWorkflow]), other: rule([clear]), found: ["workflow overlaps"] },
  { name: "two slots", one: rule([toWorkflow]), other: rule([users("replace", [ANN])]), found: [] },
  { name: "messages claim nothing", one: rule([notify]), other: rule([notify]), found: [] },
  { name: "two exclusions", one: rule([exclude]), other: rule([exclude]), found: ["excluded overlaps"] },
  {
    name: "filters that exclude each other",
    one: rule([toWorkflow], inCountry("US")),
    other: rule([toWorkflow], inCountry("FR")),
    found: [],
  },
  {
    name: "triggers that exclude each other",
    one: rule([toWorkflow], [], { type: "customerCreated" }),
    other: rule([clear], [], { type: "ratingThreshold", direction: "fallsBelow", value: "A" }),
    found: [],
  },
  {
    name: "adding two people",
    one: rule([users("add", [ANN])]),
    other: rule([users("add", [BOB])]),
    found: [],
  },
  {
    name: "adding and removing one",
    one: rule([users("add", [ANN, BOB])]),
    other: rule([users("remove", [BOB])]),
    found: ["users overlaps"],
  },
  {
    name: "replacing beside adding",
    one: rule([users("replace", [ANN])]),
    other: rule([users("add", [BOB])]),
    found: ["users overlaps"],
  },
  {
    name: "adding whoever a field names",
    one: rule([users("add", [], ["csm_email"])]),
    other: rule([users("add", [BOB])]),
    found: ["users mayOverlap"],
  },
  {
    name: "replacing methods beside removing",
    one: rule([methods("replace", [CARD])]),
    other: rule([methods("remove", [CARD])]),
    found: ["paymentMethods overlaps"],
  },
  {
    name: "after a wait, when it is over",
    one: rule([notify, wait, toWorkflow]),
    other: rule([clear]),
    found: ["workflow mayOverlap"],
  },
  {
    name: "two slots at once",
    one: rule([toWorkflow, users("replace", [ANN])]),
    other: rule([users("remove", [ANN]), clear]),
    found: ["workflow overlaps", "users overlaps"],
  },
  {
    name: "a threshold that is held for days",
    one: rule([toWorkflow], [], { type: "outstandingThreshold", direction: "exceeds", value: 5, forDays: 7 }),
    other: rule([clear], [], { type: "outstandingThreshold", direction: "fallsBelow", value: 5 }),
    found: ["workflow mayOverlap"],
  },
  {
    name: "exit actions",
    one: {
      ...rule([notify], [], { type: "outstandingThreshold", direction: "exceeds", value: 500, resetAt: 400 }),
      exitActions: [{ type: "assignWorkflow", workflowId: FRIENDLY }],
    },
    other: rule([clear], [{ field: "outstanding", op: "between", max: 450 }]),
    found: ["workflow mayOverlap"],
  },
  {
    name: "exit actions of a value that others want high",
    one: {
      ...rule([notify], [], { type: "outstandingThreshold", direction: "exceeds", value: 500, resetAt: 400 }),
      exitActions: [{ type: "assignWorkflow", workflowId: FRIENDLY }],
    },
    other: rule([clear], [{ field: "outstanding", op: "between", min: 450 }]),
    found: [],
  },
];

test.each(CASES)("$name", ({ one, other, found }) => {
  const listed = { ruleId: "other", name: "Other", rule: other };
  const shown = conflictsOf(one, [], [listed], domain).map(({ slot, overlap }) => `${slot} ${overlap}`);
  expect(shown.toSorted()).toEqual(found.toSorted());
});

test("the first in the list wins", () => {
  const listed = (ruleId: string) => ({ ruleId, name: ruleId, rule: rule([clear]) });
  expect(conflictsOf(rule([toWorkflow]), [listed("a")], [listed("b")], domain)).toMatchObject([
    { ruleId: "a", slot: "workflow", wins: "otherRule" },
    { ruleId: "b", slot: "workflow", wins: "thisRule" },
  ]);
});
