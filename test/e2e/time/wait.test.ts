import { it } from "vitest";
import { inCountry, onCreation, tell, to, wait } from "./support/rules.ts";
import { play, type Scenario } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const review = (op: "onOrAfter" | "before") =>
  ({ field: "customFields.review", op, value: { daysFromToday: 0 } }) as const;
const startsMatching = { type: "customerCreatedOrUpdated", onlyWhenStartsMatching: true } as const;

const SCENARIOS: Scenario[] = [
  {
    name: "a wait that comes first holds everything back",
    rules: [onCreation("late", wait(3), to("agency"))],
    steps: [
      { workflow: null, runs: ["late waiting (wait)"], verdicts: ["matched"] },
      { skip: "71 hours", workflow: null, runs: ["late waiting (wait)"] },
      { skip: "2 hours", workflow: "agency", runs: ["late applied"], verdicts: ["trigger"] },
    ],
  },
  {
    name: "what comes before a wait is done at once, what comes after it later",
    rules: [onCreation("both", to("reminders"), { type: "wait", hours: 2 }, tell)],
    steps: [
      { workflow: "reminders", runs: ["both waiting (wait)"] },
      { skip: "3 hours", workflow: "reminders", runs: ["both applied"] },
    ],
  },
  {
    name: "several waits in one rule follow each other",
    rules: [onCreation("steps", wait(1), to("reminders"), { type: "wait", hours: 12 }, tell)],
    steps: [
      { skip: "25 hours", workflow: "reminders", runs: ["steps waiting (wait)"] },
      { skip: "10 hours", runs: ["steps waiting (wait)"] },
      { skip: "2 hours", runs: ["steps applied"] },
    ],
  },
  {
    name: "after a wait the filters have to hold still",
    rules: [inCountry("us", "US", wait(3), to("agency"))],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"] },
      { set: { country: "FR" }, runs: ["us waiting (wait)"] },
      { skip: "4 days", workflow: null, runs: ["us skipped (filters)"] },
    ],
  },
  {
    name: "without a recheck it goes on whatever the filters say",
    rules: [inCountry("us", "US", wait(3, { recheck: false }), to("agency"))],
    steps: [
      { set: { country: "US" } },
      { set: { country: "FR" } },
      { skip: "4 days", workflow: "agency", runs: ["us applied"] },
    ],
  },
  {
    name: "each wait asks for itself",
    rules: [inCountry("us", "US", wait(1, { recheck: false }), to("reminders"), wait(1), tell)],
    steps: [
      { set: { country: "US" } },
      { set: { country: "FR" } },
      { skip: "25 hours", workflow: "reminders", runs: ["us waiting (wait)"] },
      { skip: "24 hours", runs: ["us applied"] },
    ],
  },
  {
    name: "what had changed counts as changed after the wait",
    rules: [
      {
        ...inCountry("moved", "US", wait(2), to("agency")),
        filters: [{ field: "country", op: "changed", to: ["US"] }],
      },
    ],
    steps: [
      { set: { country: "US" }, runs: ["moved waiting (wait)"] },
      { set: { country: "FR" }, runs: ["moved waiting (wait)"] },
      { skip: "3 days", workflow: "agency", runs: ["moved applied"] },
    ],
  },
  {
    name: "days counted from today are counted from the day on which the wait is over",
    fields: { review: "DATE" },
    rules: [{ ...onCreation("soon", wait(3), to("agency")), trigger: startsMatching, filters: [review("onOrAfter")] }],
    steps: [
      { set: { customFields: { review: "today+2" } }, runs: ["soon waiting (wait)"] },
      { skip: "73 hours", workflow: null, runs: ["soon skipped (filters)"] },
    ],
  },
  {
    name: "a day that has passed is noticed at the next change",
    fields: { review: "DATE" },
    rules: [{ ...onCreation("passed", to("agency")), trigger: startsMatching, filters: [review("before")] }],
    steps: [
      { set: { customFields: { review: "today+1" } }, runs: [], verdicts: ["filters"] },
      { skip: "3 days", runs: [] },
      { set: { city: "Lyon" }, workflow: "agency", runs: ["passed applied"] },
    ],
  },
  {
    name: "a rule that fires only when its filters start to match waits once for each start",
    rules: [{ ...inCountry("us", "US", wait(3), to("agency")), trigger: startsMatching }],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"] },
      { set: { city: "Reno" }, runs: ["us waiting (wait)"] },
      { set: { country: "FR" }, runs: ["us waiting (wait)"] },
      { set: { country: "US" }, runs: ["us waiting (wait)", "us waiting (wait)"] },
      { skip: "4 days", workflow: "agency", runs: ["us applied", "us skipped (unchanged)"] },
    ],
  },
  {
    name: "what a rule does after its wait does not set it off again",
    rules: [inCountry("us", "US", wait(1), to("agency"))],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"] },
      { skip: "25 hours", workflow: "agency", runs: ["us applied"], verdicts: ["unchanged"] },
      { skip: "25 hours", runs: ["us applied"] },
    ],
  },
  {
    name: "two rules that undo each other across a wait end in a loop",
    rules: [
      inCountry("us", "US", wait(1), to("agency")),
      { ...inCountry("back", "US", to("vip")), filters: [{ field: "workflow", op: "changed" }] },
    ],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"], verdicts: ["matched", "filters"] },
      {
        skip: "25 hours",
        workflow: "vip",
        runs: ["us applied", "back applied", "us skipped (loop)"],
        verdicts: ["loop", "unchanged"],
      },
      { skip: "25 hours", workflow: "vip" },
    ],
  },
  {
    name: "what it does before its wait does not set it off again",
    rules: [inCountry("us", "US", to("reminders"), wait(1), tell)],
    steps: [
      { set: { country: "US" }, workflow: "reminders", runs: ["us waiting (wait)"], verdicts: ["unchanged"] },
      { skip: "25 hours", runs: ["us applied"] },
    ],
  },
  {
    name: "a customer can be excluded after a wait, which ends what else waits for it",
    rules: [onCreation("late", wait(3), to("agency"))],
    steps: [
      {
        happens: async ({ organization: { api } }) => {
          const draft = { ...inCountry("exclude", "OM", wait(1), { type: "excludeCustomer" }), note: "final" };
          const { id } = await api.post<{ id: string }>("/v1/rules", draft);
          await api.post(`/v1/rules/${id}/activate`, { confirmIrreversible: true });
        },
      },
      { set: { country: "OM" }, runs: ["late waiting (wait)", "exclude waiting (wait)"] },
      {
        skip: "25 hours",
        runs: ["late cancelled (excluded)", "exclude applied"],
        verdicts: ["excluded", "excluded"],
      },
    ],
  },
  {
    name: "every change of its own waits for itself",
    rules: [inCountry("us", "US", wait(2), tell)],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"] },
      { skip: "1 day" },
      { set: { city: "Reno" }, runs: ["us waiting (wait)", "us waiting (wait)"] },
      { skip: "25 hours", runs: ["us applied", "us waiting (wait)"] },
      { skip: "24 hours", runs: ["us applied", "us applied"] },
    ],
  },
];

it.each(SCENARIOS)("$name", (scenario) => play(world(), scenario));
