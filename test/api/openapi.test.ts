import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentedRoutes } from "./support/documented.ts";
import { createTestApi, type TestApi } from "./support/testApi.ts";

let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is walked freely here
let document: any;
beforeAll(async () => {
  api = await createTestApi();
  document = (await api.send(null, "GET", "/openapi.json")).body;
});
afterAll(() => api.close());

test("the document is OpenAPI 3.1 and tells how to sign", () => {
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.components.securitySchemes)).toEqual(["apiKey", "apiSecret"]);
});

test("every route that serves is documented", () => {
  const documented = new Set(documentedRoutes(api.app).map((route) => `${route.method.toUpperCase()} ${route.path}`));
  const served = api.app.routes
    .filter((route) => route.method !== "ALL" && route.path !== "/openapi.json" && !route.path.startsWith("/docs/"))
    .map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, "{$1}")}`);
  expect(served.length).toBeGreaterThan(60);
  expect(served.filter((route) => !documented.has(route))).toEqual([]);
});

test("operation ids are unique and every operation has a summary, a tag and an answer of each kind", () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path as object));
  const ids = operations.map((operation) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const operation of operations) {
    expect(operation.summary, operation.operationId).toBeTruthy();
    expect(operation.tags, operation.operationId).toHaveLength(1);
    const statuses = Object.keys(operation.responses);
    expect(statuses.some((status) => status.startsWith("2"))).toBe(true);
    if (operation.security.length > 0) expect(statuses).toEqual(expect.arrayContaining(["401", "403", "422", "429"]));
  }
});

test("every example meets its schema", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, "document");
  const named = Object.keys(document.components.schemas);
  const withExamples = named.filter((name) => document.components.schemas[name].example !== undefined);
  expect(withExamples.length).toBeGreaterThan(20);
  for (const name of withExamples) {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    const isRight = validate(document.components.schemas[name].example);
    expect(isRight, `${name}: ${ajv.errorsText(validate.errors)}`).toBe(true);
  }
});
