import { afterAll, beforeAll, expect, it } from "vitest";
import { trackerId } from "../../../workflows/contract.ts";
import { keyOf, type Receiver, startReceiver } from "../../helpers/receiver.ts";
import { onCreation, to, wait } from "./support/rules.ts";
import { play, type Scenario, type Story } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

/** Has Postgres refuse to move this story's customer, as a constraint that nobody thought of would. */
async function refuse({ world, customerId }: Story): Promise<void> {
  await world.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused' using errcode = '23514'; end $$;
    create trigger refuse before update on customers for each row
      when (new.id = '${customerId}' and new.workflow_id is distinct from old.workflow_id) execute function refuse()`);
}
const allow = ({ world }: Story) => world.sql.unsafe("drop function refuse cascade");

async function retry({ organization: { api } }: Story): Promise<void> {
  const { runs } = await api.get<{ runs: { id: string }[] }>("/v1/runs");
  await api.post(`/v1/runs/${runs[0]?.id}/retry`);
}

interface Action {
  status: string;
  at: string | null;
  error?: string;
}

/** The actions of the only run, with the hours from its beginning to each. */
async function actionsOf({ organization: { api } }: Story): Promise<(Action & { hours: number | null })[]> {
  const { runs } = await api.get<{ runs: { createdAt: string; actions: Action[] }[] }>("/v1/runs");
  const [run] = runs;
  if (!run) throw new Error("there should be a run");
  const began = Date.parse(run.createdAt);
  return run.actions.map((action) => ({
    ...action,
    hours: action.at === null ? null : Math.floor((Date.parse(action.at) - began) / 3_600_000),
  }));
}

const LATE = onCreation(
  "late",
  { type: "assignUsers", userIds: [], customFields: ["csm"], mode: "add" },
  wait(1),
  to("agency"),
);
const FIELDS = { csm: "TEXT" };

const SCENARIOS: Scenario[] = [
  {
    name: "what failed after its wait is visible with its error, and is done when it is retried",
    ...{ rules: [LATE], fields: FIELDS },
    steps: [
      {
        happens: async (story) => {
          await refuse(story);
          await story.world.skip("25 hours");
        },
        ...{ workflow: null, runs: ["late failed"] },
      },
      {
        happens: async (story) => {
          const [, , action] = await actionsOf(story);
          expect(action).toMatchObject({ status: "failed", error: expect.stringContaining("refused") });
          await allow(story);
          await retry(story);
        },
        ...{ workflow: "agency", runs: ["late applied"] },
      },
    ],
  },
  {
    name: "what failed and is retried after its slot was written for a newer change is superseded",
    rules: [onCreation("late", wait(1), to("agency"))],
    steps: [
      {
        happens: async (story) => {
          await refuse(story);
          await story.world.skip("25 hours");
          await story.world.settled(story.organization.id);
          await allow(story);
        },
        ...{ runs: ["late failed"] },
      },
      { set: { workflowId: "vip" }, as: "manual" },
      { happens: retry, workflow: "vip", runs: ["late skipped (superseded)"] },
    ],
  },
  {
    name: "each action keeps when it came to what it came to",
    ...{ rules: [LATE], fields: FIELDS },
    steps: [
      {
        happens: async (story) => {
          expect((await actionsOf(story)).map(({ hours }) => hours)).toEqual([0, null, null]);
        },
      },
      { skip: "25 hours", runs: ["late applied"] },
      {
        happens: async (story) => {
          expect((await actionsOf(story)).map(({ status, hours }) => [status, hours])).toEqual([
            ["skipped", 0],
            ["applied", 24],
            ["applied", 24],
          ]);
        },
      },
    ],
  },
  {
    name: "a replay on today's facts that waits acts as of the day of the replay, by the tracker, and says so",
    rules: [LATE],
    fields: FIELDS,
    steps: [
      { skip: "25 hours", runs: ["late applied"] },
      { set: { workflowId: "vip" }, as: "manual" },
      {
        happens: async ({ organization: { api } }) => {
          const { runs } = await api.get<{ runs: { id: string }[] }>("/v1/runs");
          await api.post(`/v1/runs/${runs[0]?.id}/replay`, { dryRun: false, facts: "current" });
        },
        ...{ workflow: "vip", runs: ["late applied", "late waiting (wait)"] },
      },
      { skip: "25 hours", workflow: "agency", runs: ["late applied", "late applied"] },
      {
        happens: async ({ organization: { api, id } }) => {
          const { runs } = await api.get<{ runs: { kind: string; temporalWorkflowId: string }[] }>(
            "/v1/runs?order=desc",
          );
          expect(runs[0]).toMatchObject({ kind: "replay", temporalWorkflowId: trackerId(id, 0) });
        },
      },
    ],
  },
];

it.each(SCENARIOS)("$name", (scenario) => play(world(), scenario));

const MINUTE = 60_000;
/** When each request came, in ms of the test server's time. */
const times: number[] = [];
let status = 503;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(async () => {
    times.push(await world().env.currentTimeMs());
    return { status };
  });
});
afterAll(() => receiver?.close());

interface Run {
  id: string;
  status: string;
  actions: { status: string; attempts: number; error: string | null }[];
}

it("a receiver that is down is tried after one second, ever less often, every 5 minutes, for a day; then by hand under the same key", async () => {
  const { api, ...organization } = await world().organization();
  const ann = await organization.user("ann@acme.test");
  const channelId = await organization.channel({ kind: "webhook", url: receiver.url, secret: "s" });
  await organization.activate({
    ...{ name: "Tells", trigger: { type: "customerCreated" } },
    actions: [{ type: "sendNotification", channelId, to: [{ userId: ann }], subject: "Look", body: "look" }],
  });
  await api.post("/v1/customers", { name: "Globex" });
  await world().settled(organization.id);
  const runs = async () => (await api.get<{ runs: Run[] }>("/v1/runs")).runs;
  await world().skip("23 hours");
  const [waiting] = await runs();
  expect(waiting).toMatchObject({ status: "waiting", actions: [{ error: "the receiver answered 503" }] });
  await world().skip("2 hours");
  const [failed] = await runs();
  expect(failed).toMatchObject({
    id: waiting?.id,
    status: "failed",
    actions: [{ error: "the receiver answered 503" }],
  });
  expect(failed?.actions[0]?.attempts).toBe(times.length);

  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  // What the requests themselves take comes on top.
  for (const [index, gap] of gaps.entries()) {
    const wanted = Math.min(1_000 * 2 ** index, 5 * MINUTE);
    expect(gap, `before attempt ${index + 2}`).toBeGreaterThanOrEqual(wanted);
    expect(gap, `before attempt ${index + 2}`).toBeLessThan(wanted + MINUTE);
  }
  const lasted = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(lasted).toBeGreaterThan(23.5 * 60 * MINUTE);
  expect(lasted).toBeLessThanOrEqual(24 * 60 * MINUTE);

  status = 200;
  await api.post(`/v1/runs/${failed?.id}/retry`);
  await world().settled(organization.id);
  expect(await runs()).toMatchObject([{ id: failed?.id, status: "applied", actions: [{ error: null }] }]);
  expect(new Set(receiver.received.map(keyOf)).size).toBe(1);
});
