import { describe, expect, test } from "vitest";
import { checkFilters, checkRule } from "../../rules/check.ts";
import { ANN, BOB, CARD, checkContext, NOBODY } from "./fixtures.ts";
import {
  actionMistakes,
  actions,
  filters,
  notify,
  outstanding,
  shapes,
  sound,
  triggers,
  withActions,
  withFilters,
  withTrigger,
} from "./refusals.ts";

function errorsOf(input: unknown): [path: string, code: string][] {
  const checked = checkRule(input, checkContext);
  return "errors" in checked ? checked.errors.map(({ path, code }) => [path, code]) : [];
}

describe.each([
  ["shapes", shapes],
  ["filters", filters],
  ["triggers", triggers],
  ["actions", actionMistakes],
])("a rule is refused for its %s", (_part, refusals) => {
  test.each(refusals)("%s", (_name, input, path, code) => {
    expect(errorsOf(input)).toEqual([[path, code]]);
  });
});

describe("a rule's mistakes", () => {
  test("are all told at once, wrong shapes not hiding the rest", () => {
    const input = {
      trigger: { ...outstanding, resetAt: 900 },
      filters: [5, { field: "x", op: "isEmpty" }, { anyOf: [{ field: "due", op: "between" }, { op: "is" }] }],
      actions: [{ type: "dance" }, { type: "assignUsers", userIds: [NOBODY] }],
    };
    expect(
      errorsOf(input)
        .map(([path]) => path)
        .sort(),
    ).toEqual([
      "actions.0.type",
      "actions.1.userIds.0",
      "filters.0",
      "filters.1.field",
      "filters.2.anyOf.0",
      "filters.2.anyOf.1.field",
      "filters.2.anyOf.1.values",
      "name",
      "trigger.resetAt",
    ]);
  });

  test("a second value for TEXT is told at the values", () => {
    const input = withFilters({ field: "customFields.segment", op: "contains", values: ["B2B", "B2C"] });
    expect(errorsOf(input)).toContainEqual(["filters.0.values", "unknown_key"]);
  });

  test("are words for people", () => {
    const checked = checkRule(withFilters({ field: "customFields.plan", op: "contains", value: "x" }), checkContext);
    expect(checked).toEqual({
      errors: [
        {
          path: "filters.0.op",
          code: "operator_not_for_field",
          message: '"customFields.plan" cannot be compared by contains, but by is, isNot, isEmpty, isNotEmpty, changed',
        },
      ],
    });
  });
});

describe("a sound rule", () => {
  test("is answered with its defaults, users named by id", () => {
    const checked = checkRule(
      {
        name: "Sound",
        trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
        filters: [
          { field: "users", op: "is", values: ["Ann@Acme.test", BOB.toUpperCase()] },
          { anyOf: [{ field: "users", op: "changed", from: [null, "bob@acme.test"], to: [ANN] }] },
        ],
        actions: [
          { type: "assignUsers", userIds: ["ann@acme.test", ANN], customFields: ["csm_email"] },
          { type: "assignPaymentMethods", paymentMethodIds: [CARD], mode: "add" },
          { ...notify, to: [{ userId: "bob@acme.test" }, { customField: "csm_email" }, { assignedUsers: true }] },
        ],
      },
      checkContext,
    );
    expect(checked).toEqual({
      rule: {
        name: "Sound",
        trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
        filters: [
          { field: "users", op: "is", values: [ANN, BOB] },
          { anyOf: [{ field: "users", op: "changed", from: [null, BOB], to: [ANN] }] },
        ],
        actions: [
          { type: "assignUsers", userIds: [ANN], customFields: ["csm_email"], mode: "replace" },
          { type: "assignPaymentMethods", paymentMethodIds: [CARD], mode: "add" },
          { ...notify, subject: "", to: [{ userId: BOB }, { customField: "csm_email" }, { assignedUsers: true }] },
        ],
      },
    });
  });

  test.each<[string, unknown]>([
    ["without filters", { ...sound, filters: undefined }],
    ["that clears the users", withActions({ type: "assignUsers", userIds: [] })],
    ["that clears the workflow", withActions({ type: "assignWorkflow", workflowId: null })],
    ["with five actions, four of them messages", withActions(...Array(4).fill(notify), actions[0])],
    ["with a hundred conditions", withFilters(...Array(100).fill({ field: "name", op: "isNotEmpty" }))],
    ["with a threshold that resets", withTrigger({ ...outstanding, resetAt: 500, forDays: 7 })],
    [
      "with a threshold against a custom number",
      withTrigger({ ...outstanding, value: { field: "customFields.score" } }),
    ],
    [
      "with a rating that resets",
      withTrigger({ type: "ratingThreshold", direction: "fallsBelow", value: "C", resetAt: "B" }),
    ],
    ["with exit actions", { ...sound, trigger: outstanding, exitActions: actions }],
    ["that waits", withActions(notify, { type: "wait", hours: 3, recheck: false }, notify)],
    ["that excludes", withActions({ type: "excludeCustomer" })],
    [
      "with a mixed range of days",
      withFilters({ field: "createdAt", op: "between", min: "2026-01-01", max: { daysFromToday: -3 } }),
    ],
  ])("is accepted %s", (_name, input) => {
    expect(errorsOf(input)).toEqual([]);
  });
});

describe("filters by themselves", () => {
  test("are told their mistakes from their place in the list, or below a path", () => {
    const input = [{ field: "x", op: "isEmpty" }];
    expect(checkFilters(input, checkContext)).toMatchObject({ errors: [{ path: "0.field" }] });
    expect(checkFilters(input, checkContext, { path: ["filter"] })).toMatchObject({
      errors: [{ path: "filter.0.field" }],
    });
    expect(checkFilters({}, checkContext, { path: ["filter"] })).toMatchObject({ errors: [{ path: "filter" }] });
  });

  test("cannot ask what changed", () => {
    const input = [{ field: "name", op: "changed" }];
    expect(checkFilters(input, checkContext)).toMatchObject({
      errors: [{ path: "0.op", code: "changed_not_allowed" }],
    });
    expect(checkFilters(input, checkContext, { changedAllowed: true })).toEqual({ filters: input });
  });

  test("are answered with users named by id", () => {
    expect(checkFilters([{ field: "users", op: "is", values: ["ann@acme.test"] }], checkContext)).toEqual({
      filters: [{ field: "users", op: "is", values: [ANN] }],
    });
  });
});
