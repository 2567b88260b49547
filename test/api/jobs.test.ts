import { afterAll, beforeAll, expect, test } from "vitest";
import { IMPORT_PAGE } from "../../db/jobs/types.ts";
import { workPage } from "../../db/jobs/workPage.ts";
import { exported, finish, importCsv, upload } from "./support/jobs.ts";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

/** An organization with two workflows, users and payment methods, and a field of each type. */
async function company(): Promise<Client & { ids: Record<string, string> }> {
  const client = await api.organization();
  const ids: Record<string, string> = {};
  for (const name of ["Standard", "Agency"]) ids[name] = (await client.make("/v1/workflows", { name })).id;
  for (const name of ["Card", "Wire"]) ids[name] = (await client.make("/v1/payment_methods", { name, kind: "x" })).id;
  for (const name of ["ann", "bob"]) {
    const user = { email: `${name}@acme.test`, name, role: "member", position: "accountManager" };
    ids[name] = (await client.make("/v1/users", user)).id;
  }
  for (const [key, type] of [
    ["plan", "SELECT"],
    ["note", "TEXT"],
    ["vip", "BOOLEAN"],
    ["score", "NUMBER"],
    ["since", "DATE"],
  ] as const) {
    const options = type === "SELECT" ? { options: ["Basic", "Premium"] } : {};
    await client.make("/v1/custom_fields", { key, label: `The ${key}`, type, ...options });
  }
  return { ...client, ids };
}

test("an import creates and updates customers, with all that they have", async () => {
  const client = await company();
  await client.make("/v1/customers", { externalId: "C-1", name: "Old", city: "Oslo" });
  const job = await importCsv(
    api,
    client,
    [
      "External ID,Name,Email,Country,Credit limit,Workflow,Assigned users,Payment methods,plan,The note,vip,score,since",
      'C-1,Globex,a@globex.test,US,500000,Agency,ann@acme.test;BOB@acme.test,Card; Wire,Basic,"two\nlines",TRUE,-1.5,2026-01-31',
      "C-2,Initech,,FR,,,,,,,no,,",
    ].join("\n"),
  );
  expect(job).toMatchObject({
    ...{ kind: "customerImport", status: "completed", dryRun: false, source: "csv", error: null, total: 2 },
    progress: { total: 2, done: 2, created: 1, updated: 1, unchanged: 0, failed: 0, overruled: 0, secondsLeft: null },
  });
  expect(job.results).toMatchObject([
    { position: 1, status: "updated", row: 2, line: 2 },
    { position: 2, status: "created", row: 3, line: 4 },
  ]);
  const { ids } = client;
  expect((await client.get("/v1/customers/external:C-1")).body).toMatchObject({
    ...{ name: "Globex", email: "a@globex.test", country: "US", city: "Oslo", creditLimit: 500000 },
    ...{ workflowId: ids.Agency, assignedUsers: [{ id: ids.ann }, { id: ids.bob }] },
    paymentMethods: [{ id: ids.Card }, { id: ids.Wire }],
    customFields: { plan: "Basic", note: "two\nlines", vip: true, score: -1.5, since: "2026-01-31" },
    assignments: { workflow: { source: "csv" } },
  });
  expect((await client.get("/v1/customers/external:C-2")).body).toMatchObject({
    ...{ name: "Initech", email: null, workflowId: null, assignedUsers: [], customFields: { vip: false } },
  });
});

test("changes of an import queue behind live ones and its writes wake their trackers", async () => {
  const client = await company();
  await importCsv(api, client, "externalId,name\nC-1,Globex\n");
  const [queued] = await api.database.sql`
    select lane, source from change_queue q join changes c on c.id = q.change_id
    where q.organization_id = ${client.organizationId}`;
  expect(queued).toEqual({ lane: 1, source: "csv" });
  const jobs = api.wakes.filter(({ organizationId }) => organizationId === client.organizationId).at(-1)?.jobs;
  expect(jobs).toHaveLength(1);
});

test("a bad row stops none of the others and is told with its row, line, column and reason", async () => {
  const client = await company();
  const { results, progress } = await importCsv(
    api,
    client,
    [
      "externalId,name,email,country,currency,creditLimit,workflow,assignedUsers,plan,score,since",
      "C-1,A,not an address,,,,,,,,",
      "C-2,B,,us,,,,,,,",
      "C-3,C,,,XXX1,,,,,,",
      "C-4,D,,,,1.5,,,,,",
      "C-5,E,,,,,Nowhere,,,,",
      "C-6,F,,,,,,nobody@acme.test,,,",
      "C-7,G,,,,,,,Gold,,",
      "C-8,H,,,,,,,,many,",
      "C-9,I,,,,,,,,,2026-02-30",
      "C-10,,,,,,,,,,",
      "C-11,K,,,,,,,,,,too many",
      "C-12,L",
    ].join("\n"),
  );
  expect(progress).toMatchObject({ created: 1, failed: 11, done: 12 });
  const told = results.map((result: { errors?: { path: string }[] }) => result.errors?.[0]?.path);
  expect(told).toEqual([
    ...["email", "country", "currency", "creditLimit", "workflow", "assignedUsers", "plan", "score", "since", "name"],
    ...["", undefined],
  ]);
  expect(results[4]).toMatchObject({
    row: 6,
    line: 6,
    errors: [{ message: '"Nowhere" names no workflow of this organization' }],
  });
});

test("rows are matched by id, by external id, else by a name that only one customer has", async () => {
  const client = await company();
  const make = async (body: object) => (await client.make("/v1/customers", body)).id as string;
  const byId = await make({ name: "Same" });
  await make({ name: "Same" });
  const alone = await make({ name: "Alone" });
  await make({ name: "Taken", externalId: "C-1" });
  const { results } = await importCsv(
    api,
    client,
    [
      "id,externalId,name,city",
      `${byId},,Same,by id`,
      ",,Same,ambiguous",
      ",,Alone,by name",
      ",C-9,Alone,adopted",
      ",C-1,Taken,by external id",
      ",C-2,Taken,another of that name",
      ",,New,created",
      ",,New,by the name just created",
      ",,,nobody",
      "0197a1f0-5d3c-7a51-8f0e-0d8f6f7a1b11,,X,unknown id",
    ].join("\n"),
  );
  const told = results.map(({ status, code }: { status: string; code?: string }) => code ?? status);
  expect(told).toEqual([
    ...["updated", "ambiguous_name", "updated", "updated", "updated"],
    ...["created", "created", "updated", "no_customer", "not_found"],
  ]);
  expect((await client.get(`/v1/customers/${alone}`)).body).toMatchObject({ externalId: "C-9", city: "adopted" });
  expect((await client.get("/v1/customers?name=New")).body).toMatchObject({
    total: 1,
    customers: [{ city: "by the name just created" }],
  });
});

test("a dry run writes nothing and says per row what would happen", async () => {
  const client = await company();
  const { id } = await client.make("/v1/customers", { externalId: "C-1", name: "Globex", city: "Oslo" });
  await client.make("/v1/customers", { externalId: "C-0", name: "Hooli" });
  const csv = "externalId,name,city\nC-1,Globex,Bergen\nC-2,Initech,\nC-0,Hooli,\n";
  const job = await importCsv(api, client, csv, "?dryRun=true");
  expect(job).toMatchObject({ dryRun: true, progress: { updated: 1, created: 1, unchanged: 1 } });
  expect(job.results).toMatchObject([
    { status: "updated", customerId: id, changes: [{ field: "city", from: "Oslo", to: "Bergen" }] },
    {
      status: "created",
      customerId: null,
      changes: expect.arrayContaining([{ field: "name", from: null, to: "Initech" }]),
    },
    { status: "unchanged" },
  ]);
  const { body } = await client.get("/v1/customers");
  const standing = body.customers.map(({ city, version }: { city: string; version: number }) => [city, version]);
  expect(standing).toEqual([
    ["Oslo", 1],
    [null, 1],
  ]);
});

test("what a higher source keeps is told per row, and the standing value again is no conflict", async () => {
  const client = await company();
  const { ids } = client;
  await client.make("/v1/customers", { externalId: "C-1", name: "Globex", workflowId: ids.Agency, userIds: [ids.ann] });
  const csv = "externalId,name,city,workflow,assignedUsers\nC-1,Globex,Oslo,Standard,ann@acme.test\n";
  const { results, progress } = await importCsv(api, client, csv);
  expect(progress).toMatchObject({ updated: 1, overruled: 1 });
  expect(results[0].overruled).toEqual([{ slot: "workflow", kept: ids.Agency, by: { source: "api" } }]);
  const { body } = await client.get("/v1/customers/external:C-1");
  expect(body).toMatchObject({ city: "Oslo", workflowId: ids.Agency, assignments: { users: { source: "api" } } });
});

test("an import whose columns set slots needs the right to change assignments", async () => {
  const client = await company();
  const user = { email: "fin@acme.test", name: "Fin", role: "member", position: "financeUser" };
  const { id } = await client.make("/v1/users", user);
  const finance = await client.withKey({ userId: id });
  expect((await upload(finance, "name,workflow\nA,Agency\n")).status).toBe(403);
  expect((await upload(finance, "name,city\nA,Oslo\n")).status).toBe(202);
  const reader = await client.withKey({ scope: "read" });
  expect((await upload(reader, "name,city\nA,Oslo\n")).status).toBe(403);
});

test("an idempotency key makes an upload count once", async () => {
  const client = await company();
  const headers = { "Idempotency-Key": "upload-1" };
  const first = await upload(client, "name\nA\n", { headers });
  const again = await upload(client, "name\nA\n", { headers });
  expect(again.body.id).toBe(first.body.id);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await upload(client, "name\nB\n", { headers })).body.code).toBe("idempotency_key_reused");
  expect((await upload(client, "name\nA\n", { headers, query: "?dryRun=true" })).status).toBe(422);
  expect((await client.get("/v1/jobs")).body.total).toBe(1);
  const staged = await api.database.sql`
    select from jobs where organization_id = ${client.organizationId} and status = 'receiving'`;
  expect(staged).toHaveLength(0);
});

test("bulk actions on a filter change every member once, and nobody else", async () => {
  const client = await company();
  const { ids } = client;
  const items = Array.from({ length: 1_203 }, (_, n) => ({
    ...{ externalId: `C-${n}`, name: `N ${n}`, country: n % 3 === 0 ? "FR" : "US", userIds: [ids.bob] },
  }));
  await client.make("/v1/bulk/customers", { items });
  const answer = await client.post("/v1/customers/actions", {
    filter: [{ field: "country", op: "is", values: ["US"] }],
    actions: [
      { type: "assignWorkflow", workflowId: ids.Agency },
      { type: "assignUsers", userIds: ["ann@acme.test", ids.bob], mode: "add" },
      { type: "assignPaymentMethods", paymentMethodIds: [ids.Wire] },
      { type: "setCustomFields", customFields: { plan: "Premium" } },
    ],
  });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({
    kind: "customerActions",
    status: "queued",
    source: "api",
    progress: { total: null },
  });
  // Created after the job: not a member, whatever its country.
  await client.make("/v1/customers", { name: "Late", country: "US" });
  const job = await finish(api, client, answer.body.id);
  expect(job).toMatchObject({ status: "completed", progress: { total: 802, done: 802, updated: 802, failed: 0 } });
  const [counted] = await api.database.sql`
    select count(*) filter (where version = 2)::int as changed,
           count(*) filter (where version = 2 and workflow_id = ${ids.Agency!} and user_ids = ${[ids.bob!, ids.ann!]}::uuid[]
             and payment_method_ids = ${[ids.Wire!]}::uuid[] and custom_fields ->> 'plan' = 'Premium' and country = 'US')::int as whole,
           (select count(*)::int from change_queue q where q.organization_id = ${client.organizationId} and lane = 1) as second
    from customers where organization_id = ${client.organizationId}`;
  expect(counted).toEqual({ changed: 802, whole: 802, second: 802 });
});

test("bulk actions on ids take ours and external ones and tell of unknown ones", async () => {
  const client = await company();
  const { ids } = client;
  const made = await client.make("/v1/customers", { externalId: "C-1", name: "A", userIds: [ids.ann, ids.bob] });
  const another = await (await company()).make("/v1/customers", { name: "Foreign" });
  const body = {
    ids: [made.id, "external:C-1", "external:none", another.id],
    actions: [{ type: "assignUsers", userIds: [ids.ann], mode: "remove" }],
  };
  const answer = await client.post("/v1/customers/actions", { ...body, dryRun: true });
  const rehearsed = await finish(api, client, answer.body.id);
  expect(rehearsed.results[0].changes).toEqual([{ field: "users", from: [ids.ann, ids.bob], to: [ids.bob] }]);
  expect((await client.get(`/v1/customers/${made.id}`)).body.version).toBe(1);
  const job = await finish(api, client, (await client.post("/v1/customers/actions", body)).body.id);
  expect(job.results).toMatchObject([
    { status: "updated", customerId: made.id, reference: made.id },
    { status: "updated", customerId: made.id, reference: "external:C-1" },
    { status: "failed", code: "not_found", reference: "external:none" },
    { status: "failed", code: "not_found", reference: another.id },
  ]);
  expect((await client.get(`/v1/jobs/${job.id}?result=failed&limit=1`)).body).toMatchObject({
    ...{ total: 2, limit: 1, results: [{ position: 3 }] },
  });
  expect((await client.get(`/v1/customers/${made.id}`)).body).toMatchObject({ version: 2, accountManagerId: ids.bob });
});

test("what is wrong with bulk actions is refused with its path", async () => {
  const client = await company();
  const workflow = { type: "assignWorkflow", workflowId: null };
  const cases: [body: object, path: string][] = [
    [{ actions: [workflow] }, "filter"],
    [{ filter: [], ids: ["x"], actions: [workflow] }, "filter"],
    [{ ids: ["x"], name: "a", actions: [workflow] }, "name"],
    [{ filter: [{ field: "nope", op: "isEmpty" }], actions: [workflow] }, "filter.0.field"],
    [{ filter: [], actions: [] }, "actions"],
    [{ filter: [], actions: [workflow, workflow] }, "actions.1.type"],
    [{ filter: [], actions: [{ ...workflow, workflowId: client.organizationId }] }, "actions.0.workflowId"],
    [{ filter: [], actions: [{ type: "assignUsers", userIds: ["no@one.test"] }] }, "actions.0.userIds.0"],
    [
      { filter: [], actions: [{ type: "setCustomFields", customFields: { plan: "Gold" } }] },
      "actions.0.customFields.plan",
    ],
  ];
  for (const [body, path] of cases) {
    const answer = await client.post("/v1/customers/actions", body);
    expect([answer.status, answer.body.errors?.[0]?.path], JSON.stringify(body)).toEqual([422, path]);
  }
});

test("a cancelled job moves nothing more, and jobs of an organization take turns", async () => {
  const client = await company();
  const rows = Array.from({ length: IMPORT_PAGE + 200 }, (_, n) => `C-${n},N ${n}`).join("\n");
  const first = (await upload(client, `externalId,name\n${rows}\n`)).body;
  const second = (await upload(client, "externalId,name\nC-0,Renamed\n")).body;
  const work = (id: string) => workPage(api.database.sql, client.organizationId, id);
  expect(await work(second.id)).toMatchObject({ behind: true, done: 0 });
  expect(await work(first.id)).toMatchObject({ status: "running", done: IMPORT_PAGE });
  const cancelled = await client.post(`/v1/jobs/${first.id}/cancel`);
  expect(cancelled.body).toMatchObject({
    status: "cancelled",
    progress: { total: IMPORT_PAGE + 200, done: IMPORT_PAGE },
  });
  expect(await work(first.id)).toMatchObject({ status: "cancelled", done: IMPORT_PAGE });
  expect((await client.post(`/v1/jobs/${first.id}/cancel`)).status).toBe(200);
  expect(await work(second.id)).toMatchObject({ status: "completed", behind: false });
  expect((await client.post(`/v1/jobs/${second.id}/cancel`)).body.code).toBe("job_ended");
  expect((await client.get("/v1/customers?name=Renamed")).body.total).toBe(1);
  expect((await client.get("/v1/jobs?status=cancelled")).body).toMatchObject({ total: 1, jobs: [{ id: first.id }] });
});

test("jobs are their organization's, and hidden from who sees only their own customers", async () => {
  const client = await company();
  const job = (await upload(client, "name\nA\n")).body;
  const stranger = await company();
  expect((await stranger.get(`/v1/jobs/${job.id}`)).status).toBe(404);
  expect((await stranger.post(`/v1/jobs/${job.id}/cancel`)).status).toBe(404);
  const manager = await client.withKey({ userId: client.ids.ann });
  expect((await manager.get(`/v1/jobs/${job.id}`)).status).toBe(404);
  expect((await manager.get("/v1/jobs")).body).toMatchObject({ total: 0, jobs: [] });
});

test("an export has the list's customers, order and columns, and the customers that the caller sees", async () => {
  const client = await company();
  const { ids } = client;
  await client.make("/v1/bulk/customers", {
    items: [
      {
        externalId: "C-1",
        name: "b",
        country: "US",
        creditLimit: 5,
        userIds: [ids.ann, ids.bob],
        workflowId: ids.Agency,
      },
      {
        externalId: "C-2",
        name: "a",
        country: "US",
        paymentMethodIds: [ids.Card, ids.Wire],
        customFields: { score: -2 },
      },
      { externalId: "C-3", name: "c", country: "FR" },
    ],
  });
  const filter = encodeURIComponent('[{"field":"country","op":"is","values":["US"]}]');
  const columns = "externalId,workflow,users,paymentMethods,creditLimit,customFields.score";
  expect(await exported(client, `?filter=${filter}&sort=name&columns=${columns}`)).toEqual([
    ["externalId", "workflow", "assignedUsers", "paymentMethods", "creditLimit", "The score"],
    ["C-2", "", "", '"Card;Wire"', "", "-2"],
    ["C-1", "Agency", '"ann@acme.test;bob@acme.test"', "", "5", ""],
  ]);
  const manager = await client.withKey({ userId: ids.ann });
  expect(await exported(manager, "?columns=externalId")).toEqual([["externalId"], ["C-1"]]);
  const view = await client.make("/v1/views", { name: "V", columns: ["name", "aging"], order: "-name" });
  const answer = await client.get(`/v1/exports/customers?view=${view.id}&delimiter=;&bom=true`);
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.text.split("\n").slice(0, 2)).toEqual([
    "name;aging 1-30;aging 31-60;aging 61-90;aging 90+",
    "c;0;0;0;0",
  ]);
  expect((await client.get("/v1/exports/customers?columns=nope")).body.errors[0].path).toBe("columns");
});

test("an export longer than a page has every customer once", async () => {
  const client = await company();
  const items = Array.from({ length: 4_321 }, (_, n) => ({ externalId: `C-${n}`, name: `N ${n % 7}` }));
  await client.make("/v1/bulk/customers", { items });
  const rows = (await exported(client, "?columns=externalId")).slice(1).map(([cell]) => cell);
  expect([rows.length, new Set(rows).size]).toEqual([4_321, 4_321]);
});

test("customers that an import repeats as they are stay untouched", async () => {
  const client = await company();
  const csv = "externalId,name,city,workflow\nC-1,Globex,Oslo,Agency\nC-2,Initech,,\n";
  await importCsv(api, client, csv);
  const before = (await client.get("/v1/customers")).body.customers;
  const job = await importCsv(api, client, csv);
  expect(job.progress).toMatchObject({ unchanged: 2, updated: 0 });
  expect((await client.get("/v1/customers")).body.customers).toEqual(before);
});
