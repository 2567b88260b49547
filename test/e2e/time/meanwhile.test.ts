import { describe, it } from "vitest";
import { above500, inCountry, onCreation, tell, to, wait } from "./support/rules.ts";
import { play, type Scenario } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const late = onCreation("late", wait(3), to("agency"));

const EDITED: Scenario[] = [
  {
    name: "a run that waits ends on the version that matched",
    rules: [late],
    steps: [
      { rule: { at: 0, edit: { name: "new", actions: [wait(9), to("vip")] } }, runs: ["late waiting (wait)"] },
      { skip: "73 hours", workflow: "agency", runs: ["late applied"] },
    ],
  },
  {
    name: "a value that stays beyond the line is counted by the version that it crossed",
    rules: [above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      {
        rule: {
          at: 0,
          edit: { trigger: { ...above500("stays").trigger, value: 5_000, forDays: 9 }, actions: [to("vip")] },
        },
      },
      { skip: "73 hours", workflow: "agency", runs: ["stays applied"] },
    ],
  },
  {
    name: "a rule that has fired remembers it through an edit",
    rules: [above500("big", { resetAt: 400 })],
    steps: [
      { owes: 600, runs: ["big applied"] },
      { rule: { at: 0, edit: { name: "huge" } } },
      { owes: 450 },
      { owes: 600, runs: ["big applied"], verdicts: ["notReset"] },
    ],
  },
  {
    name: "an edit that leaves it nothing to remember makes it forget",
    rules: [above500("big", { resetAt: 400 })],
    steps: [
      { owes: 600, runs: ["big applied"] },
      { rule: { at: 0, edit: { trigger: above500("big").trigger } } },
      { owes: 300 },
      { rule: { at: 0, edit: { trigger: above500("big", { resetAt: 200 }).trigger } } },
      { owes: 600, runs: ["big applied", "big skipped (unchanged)"] },
    ],
  },
];

const ENDED: Scenario[] = [
  {
    name: "deactivating a rule cancels what waits, for good",
    rules: [late],
    steps: [
      { rule: { at: 0, to: "deactivate" }, runs: ["late cancelled (inactive)"] },
      { rule: { at: 0, to: "activate" } },
      { skip: "4 days", workflow: null, runs: ["late cancelled (inactive)"] },
    ],
  },
  {
    name: "deleting a rule cancels what waits",
    rules: [late],
    steps: [
      { rule: { at: 0, to: "delete" }, runs: ["late cancelled (inactive)"] },
      { skip: "4 days", workflow: null, runs: ["late cancelled (inactive)"] },
    ],
  },
  {
    name: "a rule that was deactivated in between begins to count at the next crossing",
    rules: [above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      { rule: { at: 0, to: "deactivate" } },
      { rule: { at: 0, to: "activate" } },
      { skip: "4 days", workflow: null, runs: [] },
      { owes: 400 },
      { owes: 600, verdicts: ["forDays"] },
      { skip: "73 hours", workflow: "agency", runs: ["stays applied"] },
    ],
  },
  {
    name: "deactivating a rule makes it forget that it has fired",
    rules: [above500("big", { resetAt: 400 })],
    steps: [
      { owes: 600, runs: ["big applied"] },
      { rule: { at: 0, to: "deactivate" } },
      { rule: { at: 0, to: "activate" } },
      { owes: 450 },
      { owes: 600, runs: ["big applied", "big skipped (unchanged)"] },
    ],
  },
  {
    name: "excluding the customer cancels what waits for it",
    rules: [late, above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, runs: ["late waiting (wait)"] },
      { order: "exclude", runs: ["late cancelled (excluded)"] },
      { skip: "4 days", workflow: null, runs: ["late cancelled (excluded)"] },
    ],
  },
  {
    name: "nothing begins to wait for a customer that is excluded already",
    rules: [inCountry("us", "US", wait(3), to("agency")), above500("stays", { forDays: 3 })],
    steps: [
      { order: "stop_rules" },
      { set: { country: "US" } },
      { owes: 600 },
      { order: "exclude" },
      { order: "start_rules", runs: ["us skipped (excluded)", "us skipped (excluded)"] },
      { skip: "4 days", workflow: null, runs: ["us skipped (excluded)", "us skipped (excluded)"] },
    ],
  },
  {
    name: "while an organization's rules are stopped nothing goes on, and afterwards it does",
    rules: [late, above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, verdicts: ["trigger", "forDays"] },
      { order: "stop_rules" },
      { skip: "4 days", workflow: null, runs: ["late waiting (wait)"] },
      { order: "start_rules", runs: ["late applied", "stays skipped (unchanged)"] },
    ],
  },
];

const PAUSED: Scenario[] = [
  {
    name: "a wait that ends while its rule is paused is held until the rule is resumed",
    rules: [late],
    steps: [
      { rule: { at: 0, to: "pause" }, runs: ["late waiting (wait)"] },
      { skip: "4 days", workflow: null, runs: ["late held (paused)"] },
      { rule: { at: 0, to: "resume" }, workflow: "agency", runs: ["late applied"] },
    ],
  },
  {
    name: "what matches while its rule is paused begins to wait when the rule is resumed",
    rules: [inCountry("us", "US", to("reminders"), wait(2), tell)],
    steps: [
      { rule: { at: 0, to: "pause" } },
      { set: { country: "US" }, workflow: null, runs: ["us held (paused)"] },
      { skip: "3 days", runs: ["us held (paused)"] },
      { rule: { at: 0, to: "resume" }, workflow: "reminders", runs: ["us waiting (wait)"] },
      { skip: "49 hours", runs: ["us applied"] },
    ],
  },
  {
    name: "a paused rule goes on counting days and is held when it fires",
    rules: [above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600 },
      { rule: { at: 0, to: "pause" } },
      { skip: "73 hours", workflow: null, runs: ["stays held (paused)"] },
      { rule: { at: 0, to: "resume" }, workflow: "agency", runs: ["stays applied"] },
    ],
  },
  {
    name: "what was held after a wait leaves a slot that was written since",
    rules: [late],
    steps: [
      { rule: { at: 0, to: "pause" } },
      { skip: "4 days", runs: ["late held (paused)"] },
      { set: { workflowId: "vip" }, as: "manual" },
      { rule: { at: 0, to: "resume" }, workflow: "vip", runs: ["late skipped (superseded)"] },
    ],
  },
];

const RIVALS: Scenario[] = [
  {
    name: "a slot that another rule wrote for a newer change stays",
    rules: [late, inCountry("us", "US", to("reminders"))],
    steps: [
      { set: { country: "US" }, workflow: "reminders" },
      { skip: "73 hours", workflow: "reminders", runs: ["late skipped (superseded)", "us applied"] },
    ],
  },
  {
    name: "a slot that a person wrote meanwhile stays",
    rules: [late],
    steps: [
      { set: { workflowId: "vip" }, as: "manual" },
      { skip: "73 hours", workflow: "vip", runs: ["late skipped (superseded)"] },
    ],
  },
  {
    name: "a slot that the API wrote meanwhile is not the rule's to change",
    rules: [late],
    steps: [{ set: { workflowId: "vip" } }, { skip: "73 hours", workflow: "vip", runs: ["late skipped (overruled)"] }],
  },
  {
    name: "a slot that was written and released meanwhile is free again",
    rules: [late],
    steps: [
      { set: { workflowId: "vip" } },
      { order: "release workflow" },
      { skip: "73 hours", workflow: "agency", runs: ["late applied"] },
    ],
  },
  {
    name: "of rules that wait equally long the first in the list wins",
    rules: [
      onCreation("first", wait(3), to("agency")),
      onCreation("second", wait(3), to("vip")),
      onCreation("third", wait(3), to("watch"), tell),
    ],
    steps: [
      {
        skip: "73 hours",
        workflow: "agency",
        runs: ["first applied", "second skipped (lostTo)", "third partlyApplied"],
      },
    ],
  },
  {
    name: "the order that counts is the one of the moment when the waits end",
    rules: [onCreation("first", wait(3), to("agency")), onCreation("second", wait(3), to("vip"))],
    steps: [
      {
        happens: async ({ organization: { api }, ruleIds }) => {
          await api.send("PUT", "/v1/rules/order", { ruleIds: [...ruleIds].reverse() });
        },
      },
      { skip: "73 hours", workflow: "vip", runs: ["first skipped (lostTo)", "second applied"] },
    ],
  },
  {
    name: "of rules that wait differently long the last one to end has its way",
    rules: [onCreation("long", wait(3), to("agency")), onCreation("short", wait(1), to("reminders"))],
    steps: [
      { skip: "25 hours", workflow: "reminders" },
      { skip: "48 hours", workflow: "agency", runs: ["long applied", "short applied"] },
    ],
  },
  {
    name: "of two waits after one change the longer follows the shorter, whatever changed in between",
    rules: [onCreation("long", wait(3), to("agency")), onCreation("short", wait(1), to("reminders"))],
    steps: [
      { set: { city: "Reno" } },
      { skip: "25 hours", workflow: "reminders" },
      { skip: "48 hours", workflow: "agency", runs: ["long applied", "short applied"] },
    ],
  },
  {
    name: "what waits keeps no other rule out",
    rules: [onCreation("late", wait(1), to("agency")), onCreation("now", to("reminders"))],
    steps: [
      { workflow: "reminders", runs: ["late waiting (wait)", "now applied"] },
      { skip: "25 hours", workflow: "agency", runs: ["late applied", "now applied"] },
    ],
  },
  {
    name: "what a rule does after its wait sets off other rules like any change",
    rules: [
      late,
      {
        ...inCountry("follow", "US", tell),
        filters: [{ field: "workflow", op: "changed" }],
      },
    ],
    steps: [
      { runs: ["late waiting (wait)"] },
      { skip: "73 hours", workflow: "agency", runs: ["late applied", "follow applied"] },
    ],
  },
];

describe("a rule that is edited meanwhile", () => {
  it.each(EDITED)("$name", (scenario) => play(world(), scenario));
});
describe("what ends meanwhile", () => {
  it.each(ENDED)("$name", (scenario) => play(world(), scenario));
});
describe("a rule that is paused meanwhile", () => {
  it.each(PAUSED)("$name", (scenario) => play(world(), scenario));
});
describe("who wins after a wait", () => {
  it.each(RIVALS)("$name", (scenario) => play(world(), scenario));
});
