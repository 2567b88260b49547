import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTripline, demand, TriplineError } from "../../clients/typescript/index.ts";
import { apiDocument } from "../../scripts/client/apiDocument.ts";
import { clientText } from "../../scripts/client/clientText.ts";
import { type Served, serveTestApi } from "./support/serve.ts";
import { createTestApi, type TestApi } from "./support/testApi.ts";

const FILE = fileURLToPath(new URL("../../clients/typescript/api.ts", import.meta.url));

let api: TestApi;
let served: Served;
let tripline: ReturnType<typeof createTripline>;
beforeAll(async () => {
  api = await createTestApi();
  served = await serveTestApi(api);
  const { keys } = await api.organization();
  tripline = createTripline({ baseUrl: served.url, ...keys });
});
afterAll(async () => {
  await served?.close();
  await api?.close();
});

test("the client's types are those of the document: `npm run client` would change nothing", async () => {
  const generated = clientText(await apiDocument());
  expect(generated === (await readFile(FILE, "utf8")), "run `npm run client`").toBe(true);
});

test("it writes and reads with typed paths, queries and bodies", async () => {
  const made = await demand(
    tripline.POST("/v1/customers", { body: { externalId: "C/1 é", name: "Globex", creditLimit: 500_000 } }),
  );
  const params = { path: { id: "external:C/1 é" } };
  const read = await demand(tripline.GET("/v1/customers/{id}", { params }));
  expect(read).toEqual(made);
  const changed = await demand(tripline.PATCH("/v1/customers/{id}", { params, body: { city: "Lyon" } }));
  expect(changed.city).toBe("Lyon");
  const query = { name: "globex", limit: 10, filter: JSON.stringify([{ field: "city", op: "is", values: ["Lyon"] }]) };
  const listed = await demand(tripline.GET("/v1/customers", { params: { query } }));
  expect(listed).toMatchObject({ total: 1, customers: [{ id: made.id }] });
});

test("a refusal is a TriplineError with the problem", async () => {
  const refused = await demand(tripline.POST("/v1/customers", { body: { creditLimit: -1 } })).catch((error) => error);
  expect(refused).toBeInstanceOf(TriplineError);
  expect(refused).toMatchObject({ status: 422, problem: { code: "invalid", errors: [{ path: "creditLimit" }] } });
});

test("an answer without a body is no error", async () => {
  const { id } = await demand(tripline.POST("/v1/workflows", { body: { name: "Short" } }));
  expect(await demand(tripline.DELETE("/v1/workflows/{id}", { params: { path: { id } } }))).toBeUndefined();
});
