import { describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import { Backoff } from "../../../worker/backoff.ts";
import { doRound } from "../../../worker/reconciler.ts";
import { ApiClient, type Credentials } from "../../helpers/apiClient.ts";
import { eventually } from "../../helpers/poll.ts";
import { inCountry, tell, wait } from "./support/rules.ts";
import { play, type Scenario } from "./support/story.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

const HOUR = 3_600_000;
const cooling = { ...tell, cooldownHours: 24 };

const COOLDOWNS: Scenario[] = [
  {
    name: "nobody is told again by a rule until its hours are over, counted from when they were told",
    rules: [inCountry("us", "US", cooling), inCountry("other", "US", tell)],
    steps: [
      { set: { country: "US" }, runs: ["us applied", "other applied"] },
      { skip: "23 hours" },
      { set: { city: "Reno" }, runs: ["us applied", "other applied", "us skipped (cooldown)", "other applied"] },
      { skip: "2 hours" },
      {
        set: { city: "Elko" },
        runs: [
          ...["us applied", "other applied", "us skipped (cooldown)", "other applied"],
          ...["us applied", "other applied"],
        ],
      },
    ],
  },
  {
    name: "the hours are asked for when the message is due, not when the rule matched",
    rules: [inCountry("us", "US", wait(2), cooling)],
    steps: [
      { set: { country: "US" }, runs: ["us waiting (wait)"] },
      { skip: "12 hours" },
      { set: { city: "Reno" }, runs: ["us waiting (wait)", "us waiting (wait)"] },
      { skip: "35 hours" },
      { skip: "2 hours", runs: ["us applied", "us waiting (wait)"] },
      { skip: "12 hours", runs: ["us applied", "us skipped (cooldown)"] },
    ],
  },
];

describe("a cooldown", () => {
  it.each(COOLDOWNS)("$name", (scenario) => play(world(), scenario));
});

interface Digest {
  digest: "hourly" | "daily";
  subject: string;
  body: string;
}

/** Just past ten in UTC: hourly digests go out at eleven, daily ones at eight on the next day. */
async function skipToTen(): Promise<void> {
  const now = await world().env.currentTimeMs();
  const ten = new Date(now).setUTCHours(10, 1, 0, 0);
  await world().skip((ten > now ? ten : ten + 24 * HOUR) - now);
}

describe("a digest", () => {
  it("gathers what an hour or a day brings into one message for each recipient", async () => {
    await skipToTen();
    const { api, ...organization } = await world().organization();
    const channelId = await organization.channel({ kind: "inApp" });
    const users = await Promise.all(["ann", "bob"].map((name) => organization.user(`${name}@acme.test`)));
    const inboxes = await Promise.all(
      users.map(async (userId) => {
        const key = await api.post<Credentials>("/v1/api_keys", { name: "inbox", userId });
        const client = new ApiClient(api.baseUrl, key);
        return async () =>
          (await client.get<{ notifications: Digest[] }>("/v1/notifications?inbox=true")).notifications;
      }),
    );
    const telling = (digest: "hourly" | "daily", to: string[]): RuleDraft => ({
      ...{ name: digest, trigger: { type: "customerCreated" } },
      actions: [
        {
          ...{ type: "sendNotification", channelId, to: to.map((userId) => ({ userId })), digest },
          body: `${digest} {{ customer.name }}`,
        },
      ],
    });
    const both = telling("hourly", users);
    await organization.activate(both, telling("daily", users.slice(0, 1)), { ...both, name: "hourly too" });
    const create = (name: string) => api.post("/v1/customers", { externalId: name, name });
    /** Lets time pass and sees to it that what is due then goes out; answers what each inbox holds. */
    const inboxesAfter = async (hours: number, expected: number[]) => {
      if (hours > 0) await world().skip(`${hours} hours`);
      return eventually(async () => {
        await doRound(world().worker.reconciler, new Backoff(1_000, 30_000));
        const found = await Promise.all(inboxes.map((inbox) => inbox()));
        expect(found.map(({ length }) => length)).toEqual(expected);
        return found.map((list) => list.map(({ digest, body }) => ({ digest, lines: body.split("\n\n").sort() })));
      });
    };

    await create("A");
    await create("B");
    await world().settled(organization.id);
    const { runs } = await api.get<{ runs: object[] }>("/v1/runs");
    expect(runs).toMatchObject(Array(6).fill({ status: "waiting", reason: "digest" }));
    const first = { digest: "hourly", lines: ["hourly A", "hourly A", "hourly B", "hourly B"] };
    const [ann, bob] = await inboxesAfter(1, [1, 1]);
    expect(ann).toEqual([first]);
    expect(bob).toEqual([first]);
    await create("C");
    await world().settled(organization.id);
    const [, later] = await inboxesAfter(24, [3, 2]);
    expect(later).toContainEqual({ digest: "hourly", lines: ["hourly C", "hourly C"] });
    const ended = await api.get<{ runs: object[] }>("/v1/runs");
    expect(ended.runs).toMatchObject(Array(9).fill({ status: "applied" }));
  });
});
