import { describe, it } from "vitest";
import type { Condition } from "../../../rules/schema.ts";
import { above500, to, wait } from "./support/rules.ts";
import { play, type Scenario } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const country: Condition = { field: "country", op: "is", values: ["US"] };
const exitActions = [to("watch")];

const RESET: Scenario[] = [
  {
    name: "after firing it fires again only once the value has come back to the bound",
    rules: [above500("big", { resetAt: 400 })],
    steps: [
      { owes: 600, workflow: "agency", runs: ["big applied"] },
      { owes: 450, verdicts: ["trigger"] },
      { owes: 600, runs: ["big applied"], verdicts: ["notReset"] },
      { owes: 401 },
      { owes: 700, runs: ["big applied"], verdicts: ["notReset"] },
      { owes: 400 },
      { owes: 501, runs: ["big applied", "big skipped (unchanged)"] },
    ],
  },
  {
    name: "a fall is reset from above",
    rules: [
      {
        ...{ name: "small", actions: [to("vip")] },
        trigger: { type: "outstandingThreshold", direction: "fallsBelow", value: 100, resetAt: 200 },
      },
    ],
    steps: [
      { owes: 300 },
      { owes: 50, workflow: "vip", runs: ["small applied"] },
      { owes: 150 },
      { owes: 50, runs: ["small applied"], verdicts: ["notReset"] },
      { owes: 200 },
      { owes: 99, runs: ["small applied", "small skipped (unchanged)"] },
    ],
  },
  {
    name: "a rating is reset by a letter, a delay by days",
    rules: [
      {
        ...{ name: "rating", actions: [to("reminders")] },
        trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "B", resetAt: "A" },
      },
      {
        ...{ name: "delay", actions: [to("vip")] },
        trigger: { type: "averagePaymentDelayThreshold", direction: "fallsBelow", value: 50, resetAt: 70 },
      },
    ],
    steps: [
      { paid: { amount: 100, daysLate: 25 }, verdicts: ["trigger", "trigger"] },
      { paid: { amount: 10_000, daysLate: 80 }, workflow: "reminders", runs: ["rating applied"] },
      { paid: { amount: 20_000, daysLate: 35 }, verdicts: ["trigger", "trigger"] },
      { paid: { amount: 1_000_000, daysLate: 65 }, verdicts: ["notReset", "trigger"] },
      { paid: { amount: 2_000_000, daysLate: 0 }, workflow: "vip", runs: ["rating applied", "delay applied"] },
      { paid: { amount: 20_000_000, daysLate: 70 }, workflow: "reminders" },
      { paid: { amount: 100_000_000, daysLate: 45 }, verdicts: ["trigger", "notReset"] },
    ],
  },
  {
    name: "a crossing that the filters let pass does not count as fired",
    rules: [above500("big", { resetAt: 400 }, { filters: [country] })],
    steps: [
      { owes: 600, runs: [], verdicts: ["filters"] },
      { owes: 450 },
      { set: { country: "US" } },
      { owes: 600, workflow: "agency", runs: ["big applied"] },
    ],
  },
];

const EXIT: Scenario[] = [
  {
    name: "exit actions run when the value comes back across the line, each time",
    rules: [above500("big", {}, { exitActions })],
    steps: [
      { owes: 600, workflow: "agency", runs: ["big applied"] },
      { owes: 700, workflow: "agency", runs: ["big applied"] },
      { owes: 500, workflow: "watch", runs: ["big applied", "big applied"] },
      { owes: 300, workflow: "watch", runs: ["big applied", "big applied"] },
      { owes: 600, workflow: "agency", runs: ["big applied", "big applied", "big applied"] },
    ],
  },
  {
    name: "with a bound they run when the value has come back to it",
    rules: [above500("big", { resetAt: 400 }, { exitActions })],
    steps: [
      { owes: 600, workflow: "agency" },
      { owes: 450, workflow: "agency", verdicts: ["trigger"] },
      { owes: 400, workflow: "watch", runs: ["big applied", "big applied"] },
    ],
  },
  {
    name: "they do not run where the rule has not fired",
    rules: [above500("big", {}, { exitActions, filters: [country] })],
    steps: [
      { owes: 600, workflow: null, runs: [] },
      { set: { country: "US" } },
      { owes: 100, workflow: null, runs: [], verdicts: ["trigger"] },
    ],
  },
  {
    name: "they run whatever the filters say by then",
    rules: [above500("big", {}, { exitActions, filters: [country] })],
    steps: [
      { set: { country: "US" } },
      { owes: 600, workflow: "agency" },
      { set: { country: "FR" } },
      { owes: 100, workflow: "watch" },
    ],
  },
  {
    name: "they run when the customer's own limit is raised or taken away",
    rules: [
      {
        ...{ name: "over", actions: [to("agency")], exitActions },
        trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" } },
      },
    ],
    steps: [
      { set: { creditLimit: 500 } },
      { owes: 600, workflow: "agency" },
      { set: { creditLimit: 600 }, workflow: "watch" },
      { set: { creditLimit: 400 }, workflow: "agency" },
      { set: { creditLimit: null }, workflow: "watch" },
    ],
  },
  {
    name: "a fall is left upwards",
    rules: [
      {
        ...{ name: "small", actions: [to("vip")], exitActions },
        trigger: { type: "outstandingThreshold", direction: "fallsBelow", value: 100 },
      },
    ],
    steps: [
      { owes: 300, workflow: null },
      { owes: 99, workflow: "vip" },
      { owes: 100, workflow: "watch" },
    ],
  },
  {
    name: "while the rule is paused they are held behind what it held before",
    rules: [above500("big", {}, { exitActions })],
    steps: [
      { rule: { at: 0, to: "pause" } },
      { owes: 600, runs: ["big held (paused)"] },
      { owes: 100, workflow: null, runs: ["big held (paused)", "big held (paused)"] },
      { rule: { at: 0, to: "resume" }, workflow: "watch", runs: ["big applied", "big applied"] },
    ],
  },
  {
    name: "they may wait, and then ask no filters either",
    rules: [above500("big", {}, { exitActions: [wait(1), to("watch")], filters: [country] })],
    steps: [
      { set: { country: "US" } },
      { owes: 600, workflow: "agency" },
      { owes: 100, workflow: "agency", runs: ["big applied", "big waiting (wait)"] },
      { set: { country: "FR" } },
      { skip: "25 hours", workflow: "watch", runs: ["big applied", "big applied"] },
    ],
  },
];

const FOR_DAYS: Scenario[] = [
  {
    name: "it fires once the value has stayed beyond the line that long, wherever it moved there",
    rules: [above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, runs: [], verdicts: ["forDays"] },
      { skip: "1 day" },
      { owes: 900, runs: [], verdicts: ["trigger"] },
      { owes: 501, runs: [], verdicts: ["trigger"] },
      { skip: "47 hours", workflow: null, runs: [] },
      { skip: "2 hours", workflow: "agency", runs: ["stays applied"] },
      { skip: "4 days", runs: ["stays applied"] },
    ],
  },
  {
    name: "crossing back cancels it, and the next crossing begins anew",
    rules: [above500("stays", { forDays: 3 })],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      { skip: "2 days" },
      { owes: 500, runs: [], verdicts: ["crossedBack"] },
      { skip: "5 days", workflow: null, runs: [] },
      { owes: 600, verdicts: ["forDays"] },
      { skip: "2 days", runs: [] },
      { skip: "25 hours", workflow: "agency", runs: ["stays applied"] },
    ],
  },
  {
    name: "its filters are asked when it fires",
    rules: [
      above500("late", { forDays: 3 }, { filters: [country] }),
      above500("early", { forDays: 3 }, { filters: [{ field: "country", op: "isEmpty" }], actions: [to("reminders")] }),
    ],
    steps: [
      { owes: 600, verdicts: ["forDays", "forDays"] },
      { set: { country: "US" } },
      { skip: "73 hours", workflow: "agency", runs: ["early skipped (filters)", "late applied"] },
    ],
  },
  {
    name: "days counted from today are counted from the day on which it fires",
    rules: [
      above500(
        "known",
        { forDays: 3 },
        { filters: [{ field: "createdAt", op: "onOrBefore", value: { daysFromToday: -2 } }] },
      ),
    ],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      { skip: "73 hours", workflow: "agency", runs: ["known applied"] },
    ],
  },
  {
    name: "exit actions and the bound count from the firing, not from the crossing",
    rules: [above500("stays", { forDays: 2, resetAt: 400 }, { exitActions })],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      { owes: 300, runs: [], verdicts: ["crossedBack"] },
      { owes: 600, verdicts: ["forDays"] },
      { skip: "49 hours", workflow: "agency", runs: ["stays applied"] },
      { owes: 450, workflow: "agency" },
      { owes: 600, workflow: "agency", runs: ["stays applied"], verdicts: ["notReset"] },
      { owes: 400, workflow: "watch", runs: ["stays applied", "stays applied"] },
    ],
  },
  {
    name: "it may wait after it has fired",
    rules: [above500("stays", { forDays: 2 }, { actions: [wait(2), to("agency")] })],
    steps: [
      { owes: 600 },
      { skip: "49 hours", workflow: null, runs: ["stays waiting (wait)"] },
      { skip: "48 hours", workflow: "agency", runs: ["stays applied"] },
    ],
  },
  {
    name: "a limit that is raised in time counts as crossing back",
    rules: [
      {
        ...{ name: "over", actions: [to("agency")] },
        trigger: { type: "outstandingThreshold", direction: "exceeds", value: { field: "creditLimit" }, forDays: 2 },
      },
    ],
    steps: [
      { owes: 600, verdicts: ["trigger"] },
      { set: { creditLimit: 500 }, verdicts: ["forDays"] },
      { skip: "1 day" },
      { set: { creditLimit: 600 }, verdicts: ["crossedBack"] },
      { skip: "2 days", runs: [] },
      { set: { creditLimit: 599 }, verdicts: ["forDays"] },
      { skip: "49 hours", workflow: "agency", runs: ["over applied"] },
    ],
  },
  {
    name: "a rating and a delay are watched the same way",
    rules: [
      {
        ...{ name: "rating", actions: [to("reminders")] },
        trigger: { type: "ratingThreshold", direction: "fallsBelow", value: "B", forDays: 1 },
      },
      {
        ...{ name: "delay", actions: [to("agency")], exitActions },
        trigger: { type: "averagePaymentDelayThreshold", direction: "exceeds", value: 30, resetAt: 20 },
      },
    ],
    steps: [
      { paid: { amount: 100, daysLate: 25 }, runs: [], verdicts: ["trigger", "trigger"] },
      { paid: { amount: 10_000, daysLate: 80 }, workflow: "agency", runs: ["delay applied"] },
      { skip: "25 hours", workflow: "reminders", runs: ["delay applied", "rating applied"] },
      { paid: { amount: 1_000_000, daysLate: 0 }, workflow: "watch" },
    ],
  },
];

describe("resetAt", () => {
  it.each(RESET)("$name", (scenario) => play(world(), scenario));
});
describe("exitActions", () => {
  it.each(EXIT)("$name", (scenario) => play(world(), scenario));
});
describe("forDays", () => {
  it.each(FOR_DAYS)("$name", (scenario) => play(world(), scenario));
});
