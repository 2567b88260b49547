import { beforeAll, describe, expect, it } from "vitest";
import type { RuleDraft } from "../../../rules/schema.ts";
import type { ApiOrganization } from "../../helpers/apiOrganization.ts";
import { eventually } from "../../helpers/poll.ts";
import { useScenes } from "../rules/support/scene.ts";

const open = useScenes();

interface Shown {
  workflowId: string | null;
  language: string | null;
  assignedUsers: { id: string }[];
  overruled: { slot: string; kept: unknown; by: { source: string; ruleId?: string; ruleName?: string } }[];
}

let organization: ApiOrganization;
let agency: string;
let vip: string;
let ann: string;
let bob: string;
beforeAll(async () => {
  const scene = await open();
  organization = scene.organization;
  agency = scene.withIds("@agency");
  vip = scene.withIds("@vip");
  ann = scene.withIds("@ann");
  bob = scene.withIds("@bob");
});

const anyChange = { type: "customerCreatedOrUpdated" } as const;
let made = 0;

/** A rule for customers of one city of its own; it moves them to the agency unless told otherwise. */
function ruleFor(city: string, more: Partial<RuleDraft> = {}): RuleDraft {
  return {
    ...{ name: `In ${city}`, trigger: anyChange, filters: [{ field: "city", op: "is", values: [city] }] },
    actions: [{ type: "assignWorkflow", workflowId: agency }],
    ...more,
  };
}

/** A customer on whom the rules have acted. */
async function customer(body: Record<string, unknown>): Promise<string> {
  made += 1;
  await organization.api.post("/v1/customers", { externalId: `C-${made}`, name: "Globex", ...body });
  await organization.settled();
  return `external:C-${made}`;
}
const read = (id: string) => organization.api.get<Shown>(`/v1/customers/${id}`);
const byHand = (id: string, body: object) => organization.console.patch<Shown>(`/v1/customers/${id}`, body);

const overthreshold = { type: "outstandingThreshold", direction: "exceeds", value: 100 } as const;
const owing = (id: string) => ({
  ...{ customerId: id, currency: "EUR", amount: 200, issuedAt: "2026-01-01", dueAt: "2099-01-31" },
});

/** What a person writes over what a rule has set, and what stands then: the person's VIP, or the rule's agency. */
const CASES: {
  name: string;
  rule: Partial<RuleDraft>;
  body?: object;
  at: "agency" | "vip";
  ends?: "agency" | "vip";
}[] = [
  { name: "a rule that matches keeps its slot at once", rule: {}, at: "agency" },
  {
    name: "it is asked of the customer as it would be after the write: moved out of its reach, the write stands",
    ...{ rule: {}, body: { city: "elsewhere" }, at: "vip" },
  },
  {
    name: "a rule that fires as its filters begin to match lets it be, for it would not fire on the write",
    ...{ rule: { trigger: { ...anyChange, onlyWhenStartsMatching: true } }, at: "vip" },
  },
  { name: "a rule on creation alone lets it be", rule: { trigger: { type: "customerCreated" } }, at: "vip" },
  { name: "a threshold rule lets it be", rule: { trigger: overthreshold, filters: [] }, at: "vip" },
];

describe("a write by hand to a slot that a rule has set", () => {
  it.each(CASES)("$name", async ({ rule, body = {}, at, ends = at }) => {
    const city = `city ${made}`;
    const [ruleId] = await organization.activate(ruleFor(city, rule));
    const id = await customer({ city });
    if (rule.trigger?.type === "outstandingThreshold") {
      await organization.api.post("/v1/invoices", owing(id));
      await organization.settled();
    }
    expect((await read(id)).workflowId).toBe(agency);
    const answer = await byHand(id, { workflowId: vip, language: "de", ...body });
    const by = { source: "rule", ruleId, ruleName: `In ${city}` };
    expect(answer).toMatchObject({
      ...{ language: "de", workflowId: at === "vip" ? vip : agency },
      overruled: at === "vip" ? [] : [{ slot: "workflow", kept: agency, by }],
    });
    await organization.settled();
    expect((await read(id)).workflowId).toBe(ends === "vip" ? vip : agency);
    await organization.api.post(`/v1/rules/${ruleId}/deactivate`);
  });

  it("that would begin to match by this very write is overruled by a rule that fires then", async () => {
    await organization.activate(
      ruleFor("begins", { trigger: { ...anyChange, onlyWhenStartsMatching: true } }),
      ruleFor("before"),
    );
    const id = await customer({ city: "before" });
    const { overruled } = await byHand(id, { workflowId: vip, city: "begins" });
    expect(overruled).toMatchObject([{ slot: "workflow", kept: agency, by: { ruleName: "In begins" } }]);
  });

  it("is saved where the slot holds something else, and the rule acts on that change", async () => {
    const id = await customer({ city: "late" });
    await organization.activate(ruleFor("late"));
    expect(await byHand(id, { workflowId: vip })).toMatchObject({ workflowId: vip, overruled: [] });
    await organization.settled();
    expect((await read(id)).workflowId).toBe(agency);
  });

  it("of a rule that adds is saved, and the rule adds its members to it", async () => {
    await organization.activate(
      ruleFor("adds", { actions: [{ type: "assignUsers", userIds: [ann], customFields: [], mode: "add" }] }),
    );
    const id = await customer({ city: "adds" });
    expect((await byHand(id, { userIds: [bob] })).overruled).toEqual([]);
    await organization.settled();
    expect((await read(id)).assignedUsers.map((user) => user.id)).toEqual([bob, ann]);
  });

  it("and to others loses that slot alone, and is told on the timeline with who kept it", async () => {
    const [ruleId] = await organization.activate(ruleFor("half"));
    const id = await customer({ city: "half" });
    const answer = await byHand(id, { workflowId: vip, userIds: [bob], name: "Renamed" });
    expect(answer).toMatchObject({ name: "Renamed", workflowId: agency, assignedUsers: [{ id: bob }] });
    expect(answer.overruled.map(({ slot }) => slot)).toEqual(["workflow"]);
    const { timeline } = await organization.api.get<{ timeline: object[] }>(`/v1/customers/${id}/timeline`);
    expect(timeline).toContainEqual(
      expect.objectContaining({
        ...{ kind: "overruled", source: "manual" },
        data: expect.objectContaining({ slot: "workflow", after: vip, by: expect.objectContaining({ ruleId }) }),
      }),
    );
  });
});

interface Job {
  id: string;
  status: string;
  progress: { overruled: number; failed: number };
  results: { overruled?: Shown["overruled"] }[];
}
const ended = ({ id }: Job) =>
  eventually(
    async () => {
      const job = await organization.api.get<Job>(`/v1/jobs/${id}`);
      return job.status === "completed" && job;
    },
    { message: "a job's end" },
  );

describe("many writes by hand", () => {
  it("are told row by row by an import, which saves the rest of each row", async () => {
    const [ruleId] = await organization.activate(ruleFor("imported"));
    const [kept, own] = [await customer({ city: "imported" }), await customer({ workflowId: agency })];
    const free = await customer({});
    const row = (id: string) => `${id.replace("external:", "")},Globex,vip,de\n`;
    const csv = `externalId,name,workflow,language\n${row(kept)}${row(own)}${row(free)}`;
    const job = await ended(await organization.api.upload<Job>("/v1/imports/customers", csv));
    expect(job.progress).toMatchObject({ updated: 3, overruled: 2, failed: 0 });
    expect(job.results.map(({ overruled = [] }) => overruled)).toMatchObject([
      [{ slot: "workflow", kept: agency, by: { source: "rule", ruleId } }],
      [{ slot: "workflow", kept: agency, by: { source: "api" } }],
      [],
    ]);
    await organization.settled();
    const found = await Promise.all([kept, own, free].map(read));
    expect(found.map(({ workflowId, language }) => [workflowId, language])).toEqual([
      ...[
        [agency, "de"],
        [agency, "de"],
        [vip, "de"],
      ],
    ]);
  });

  it("are told customer by customer by a bulk action", async () => {
    const [ruleId] = await organization.activate(ruleFor("acted on"));
    const ids = [await customer({ city: "acted on" }), await customer({})];
    const actions = [{ type: "assignWorkflow", workflowId: vip }];
    const job = await ended(await organization.console.post<Job>("/v1/customers/actions", { ids, actions }));
    expect(job.progress).toMatchObject({ overruled: 1, failed: 0 });
    expect(job.results.map(({ overruled = [] }) => overruled)).toMatchObject([[{ by: { ruleId } }], []]);
    expect((await Promise.all(ids.map(read))).map(({ workflowId }) => workflowId)).toEqual([agency, vip]);
  });
});
