import { expect, it } from "vitest";
import { Backoff } from "../../../worker/backoff.ts";
import { doRound } from "../../../worker/reconciler.ts";
import { trackerId } from "../../../workflows/contract.ts";
import { eventually } from "../../helpers/poll.ts";
import { above500, onCreation, to, wait } from "./support/rules.ts";
import { play, type Scenario, type Story } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const trackerOf = ({ world, organization }: Story, runId?: string) =>
  world.worker.client.workflow.getHandle(trackerId(organization.id, 0), runId);

/** Waits for the end of the tracker's task: the test server's time would stand still for ever if the task were lost. */
const asleep = (story: Story) =>
  eventually(async () => (await trackerOf(story).fetchHistory()).events?.at(-1)?.timerStartedEventAttributes, {
    message: "a tracker that sleeps",
  });

/** What the reconciler of a worker does every second. */
const reconcile = ({ world }: Story) => doRound(world.worker.reconciler, new Backoff(1_000, 30_000));

const SCENARIOS: Scenario[] = [
  {
    name: "a tracker continues as new while a timer is set, and keeps to it",
    rules: [onCreation("late", wait(3), to("agency"))],
    steps: [
      {
        happens: async (story) => {
          const before = await trackerOf(story).describe();
          await story.world.skip("6 minutes");
          const after = await trackerOf(story).describe();
          expect(after.runId).not.toBe(before.runId);
          const { events } = await trackerOf(story, before.runId).fetchHistory();
          expect(events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
        },
        runs: ["late waiting (wait)"],
      },
      { skip: "71 hours", workflow: null },
      { skip: "1 hour", workflow: "agency", runs: ["late applied"] },
    ],
  },
  {
    name: "a wake-up while a tracker sleeps moves no timer",
    rules: [onCreation("late", wait(3), to("agency"))],
    steps: [
      { skip: "2 days" },
      { set: { city: "Reno" }, workflow: null },
      { skip: "23 hours", workflow: null, runs: ["late waiting (wait)"] },
      { skip: "2 hours", workflow: "agency", runs: ["late applied"] },
    ],
  },
  {
    name: "what fell due while nobody was at work goes on in the order in which it fell due",
    rules: [onCreation("short", wait(1), to("reminders")), onCreation("long", wait(3), to("agency"))],
    steps: [
      { order: "stop_rules" },
      { skip: "4 days", workflow: null },
      {
        order: "start_rules",
        workflow: "agency",
        runs: ["short applied", "long applied"],
      },
    ],
  },
  {
    name: "what a lost tracker never saw is judged in the order of the customer's changes",
    rules: [above500("stays", { forDays: 2 }, { exitActions: [to("watch")] })],
    steps: [
      { owes: 600, verdicts: ["forDays"] },
      {
        // The change that crosses back is recorded before the timer is due, and judged after it would have been.
        happens: async (story) => {
          const { api } = story.organization;
          await api.post("/v1/organization/stop_rules");
          const payment = { customerId: "external:C", currency: "EUR", amount: 300, paidAt: "2026-02-01" };
          await api.post("/v1/payments", { externalId: "in-time", ...payment });
          await story.world.skip("4 days");
          await api.post("/v1/organization/start_rules");
        },
        workflow: null,
        runs: [],
        verdicts: ["crossedBack"],
      },
    ],
  },
  {
    name: "a tracker that was terminated is started again once a timer of its shard is due",
    rules: [onCreation("late", wait(3), to("agency")), above500("stays", { forDays: 2 })],
    steps: [
      { owes: 600, verdicts: ["trigger", "forDays"] },
      {
        happens: async (story) => {
          await asleep(story);
          await trackerOf(story).terminate();
          await reconcile(story);
          expect((await trackerOf(story).describe()).status.name).toBe("TERMINATED");
        },
        workflow: null,
        runs: ["late waiting (wait)"],
      },
      {
        happens: async (story) => {
          await story.world.skip("4 days");
          await reconcile(story);
        },
        workflow: "agency",
        runs: ["late skipped (unchanged)", "stays applied"],
      },
    ],
  },
];

it.each(SCENARIOS)("$name", (scenario) => play(world(), scenario));

it("the first in the list wins for every customer, however many timers are due at once", async () => {
  const { api, ...organization } = await world().organization();
  const workflowIds = await Promise.all(["One", "Two", "Three"].map((name) => organization.workflow(name)));
  // Three timers a customer, which no batch of 500 divides by.
  await organization.activate(...workflowIds.map((id) => onCreation("sets", wait(1), to(id))));
  const items = Array.from({ length: 340 }, (_, index) => ({ externalId: `C-${index}`, name: `Customer ${index}` }));
  await api.post("/v1/bulk/customers", { items });
  await world().settled(organization.id);
  await world().skip("25 hours");
  await world().settled(organization.id);
  const filter = JSON.stringify([{ field: "workflow", op: "is", values: [workflowIds[0]] }]);
  const { total } = await api.get<{ total: number }>(`/v1/customers?limit=1&filter=${encodeURIComponent(filter)}`);
  expect(total).toBe(items.length);
});
