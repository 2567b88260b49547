import { expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { invoice } from "./support/invoice.ts";
import { above500, onCreation, tell, to, wait } from "./support/rules.ts";
import { play, type Scenario, type Step, type Story } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

type Filters = NonNullable<RuleDraft["filters"]>;

const late = onCreation("late", wait(3), to("agency"));
const review = (op: "onOrAfter" | "before") =>
  ({ field: "customFields.review", op, value: { daysFromToday: 0 } }) as const;
/** A rule that follows the change of the collection workflow where these filters hold. */
const follow = (...filters: Filters): RuleDraft => ({
  name: "follow",
  trigger: { type: "customerCreatedOrUpdated" },
  filters: [{ field: "workflow", op: "changed" }, ...filters],
  actions: [tell],
});

/** Who raised the customer's changes, oldest first. */
const sources = (...expected: string[]): Step => ({
  happens: async ({ organization: { api }, customerId }: Story) => {
    const { changes } = await api.get<{ changes: { version: number; source: string }[] }>(
      `/v1/changes?customerId=${customerId}`,
    );
    expect(changes.sort((one, other) => one.version - other.version).map(({ source }) => source)).toEqual(expected);
  },
});

const SCENARIOS: Scenario[] = [
  {
    name: "a day that has passed while a rule waited has passed for the rules that follow it",
    fields: { review: "DATE" },
    rules: [late, follow(review("before"))],
    steps: [
      { set: { customFields: { review: "today+1" } }, runs: ["late waiting (wait)"] },
      { skip: "73 hours", runs: ["late applied", "follow applied"], verdicts: ["trigger", "matched"] },
    ],
  },
  {
    name: "a day that was ahead when the wait began does not count as ahead when it is over",
    fields: { review: "DATE" },
    rules: [late, follow(review("onOrAfter"))],
    steps: [
      { set: { customFields: { review: "today+2" } }, runs: ["late waiting (wait)"] },
      { skip: "73 hours", runs: ["late applied"], verdicts: ["trigger", "filters"] },
    ],
  },
  {
    name: "an invoice grows older while a rule waits",
    rules: [late, follow({ field: "overdueDays", op: "between", min: 4, max: 4 })],
    steps: [
      { ...invoice(-1), runs: ["late waiting (wait)"] },
      { skip: "73 hours", runs: ["late applied", "follow applied"], verdicts: ["trigger", "matched"] },
    ],
  },
  {
    name: "an invoice falls overdue while a rule waits: by a change as of the night, before that of the rule",
    rules: [late, follow({ field: "overdue", op: "between", min: 100 }, { field: "due", op: "between", max: 0 })],
    steps: [
      { ...invoice(1), runs: ["late waiting (wait)"] },
      { skip: "73 hours", runs: ["late applied", "follow applied"], verdicts: ["trigger", "matched"] },
      sources("api", "api", "schedule", "rule"),
    ],
  },
  {
    name: "where nothing moved with the days, none but the rule raises a change",
    rules: [late, follow({ field: "overdueDays", op: "isEmpty" })],
    steps: [
      { ...invoice(9), runs: ["late waiting (wait)"] },
      { skip: "73 hours", runs: ["late applied", "follow applied"] },
      sources("api", "api", "rule"),
    ],
  },
  {
    name: "the days count for what follows a value that stayed beyond its line, too",
    fields: { review: "DATE" },
    rules: [above500("stays", { forDays: 3 }), follow(review("before"))],
    steps: [
      { set: { customFields: { review: "today+1" } } },
      { owes: 600, runs: [] },
      { skip: "73 hours", runs: ["stays applied", "follow applied"] },
    ],
  },
  {
    name: "the days count for what follows a run that was held, too",
    fields: { review: "DATE" },
    rules: [onCreation("now", to("agency")), late, follow(review("before"))],
    steps: [
      { set: { customFields: { review: "today+4" } }, runs: ["now applied", "late waiting (wait)"] },
      { set: { workflowId: null } },
      { order: "release workflow" },
      { rule: { at: 1, to: "pause" } },
      { skip: "6 days", runs: ["now applied", "late held (paused)"] },
      { rule: { at: 1, to: "resume" }, runs: ["now applied", "late applied", "follow applied"] },
    ],
  },
  {
    name: "a rule that has acted in the same root acts again where the days make its filters hold again",
    fields: { review: "DATE" },
    rules: [
      late,
      {
        name: "again",
        trigger: { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true },
        filters: [{ anyOf: [{ field: "customFields.review", op: "isEmpty" }, review("before")] }],
        actions: [tell],
      },
    ],
    steps: [
      { runs: ["late waiting (wait)", "again applied"] },
      { set: { customFields: { review: "today+2" } } },
      { skip: "73 hours", workflow: "agency", runs: ["late applied", "again applied", "again applied"] },
    ],
  },
];

it.each(SCENARIOS)("$name", (scenario) => play(world(), scenario));
