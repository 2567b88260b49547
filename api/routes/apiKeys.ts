import { z } from "@hono/zod-openapi";
import { type ApiKey, apiKeys } from "../../db/apiKeys.ts";
import { users } from "../../db/users.ts";
import { newId } from "../../db/uuid.ts";
import { hashSecret, newKeyPair } from "../auth.ts";
import { invalid, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import {
  EXAMPLE_ID,
  exampleTimes,
  idParams,
  listAnswer,
  listOf,
  name,
  pageOnly,
  reference,
  timestamps,
} from "../schemas.ts";

const tag = "API keys";
const scope = z.enum(["read", "write", "admin"]);
const source = z.enum(["api", "salesforce"]);
const requestsPerMinute = z.int().min(1).max(1_000_000).nullable().optional();

const create = z
  .strictObject({
    name: name(),
    scope: scope.optional(),
    userId: reference.optional(),
    source: source.default("api"),
    requestsPerMinute,
  })
  .superRefine((body, context) => {
    if ((body.scope === undefined) === (body.userId === undefined)) {
      context.addIssue({ code: "custom", path: ["scope"], message: "give either scope or userId" });
    }
  })
  .openapi("ApiKeyInput", { example: { name: "CRM", scope: "write", source: "salesforce" } });
const edit = z.strictObject({ name: name().optional(), requestsPerMinute });

const fields = {
  id: z.string(),
  name: z.string(),
  key: z.string(),
  scope: scope.nullable(),
  userId: z.string().nullable(),
  source,
  requestsPerMinute: z.int().nullable(),
  lastUsedAt: z.string().nullable().openapi({ description: "To the minute." }),
  ...timestamps,
};
const example = {
  id: EXAMPLE_ID,
  name: "CRM",
  key: "tk_9f3kLm2nQwErTyUi",
  scope: "write" as const,
  userId: null,
  source: "salesforce" as const,
  requestsPerMinute: null,
  lastUsedAt: "2026-01-05T09:00:00.000Z",
  ...exampleTimes,
};
const answer = z.object(fields).openapi("ApiKey", { example });
export const newKeyAnswer = z.object({ ...fields, secret: z.string() }).openapi("NewApiKey", {
  description: "The secret is shown this once.",
  example: { ...example, secret: "ts_3q2-7wEXAMPLEonly" },
});

export function apiKeysRoutes(router: Router): void {
  const path = "/v1/api_keys";
  const one = `${path}/{id}`;

  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: "List API keys",
      right: "admin",
      query: pageOnly,
      answers: { 200: listOf("apiKeys", answer) },
    },
    async ({ query, caller, deps }) =>
      listAnswer("apiKeys", query, await apiKeys.list(deps.sql, caller.organizationId, query)),
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: "Create an API key",
      right: "admin",
      body: create,
      answers: { 201: newKeyAnswer },
    },
    async ({ body, caller }, tx) => {
      const { organizationId } = caller;
      const userId = body.userId === undefined ? null : await users.findId(tx, organizationId, body.userId);
      if (body.userId !== undefined && userId === null) {
        throw invalid([{ path: "userId", message: "names no user of this organization" }]);
      }
      const { key, secret } = newKeyPair();
      const created = await apiKeys.create(tx, organizationId, newId(), {
        name: body.name,
        key,
        secretHash: hashSecret(secret),
        scope: body.scope ?? null,
        userId,
        source: body.source,
        requestsPerMinute: body.requestsPerMinute ?? null,
      });
      return { status: 201, body: { ...created, secret }, secret: true };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: one,
      tag,
      summary: "Read an API key",
      right: "admin",
      params: idParams,
      answers: { 200: answer },
    },
    async ({ params, caller, deps }) => {
      const key = await apiKeys.get(deps.sql, caller.organizationId, params.id);
      if (key === null) throw notFound("API key");
      return { status: 200, body: key };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: one,
      tag,
      summary: "Rename an API key or change its rate",
      right: "admin",
      params: idParams,
      body: edit,
      answers: { 200: answer },
      touchesKeys: true,
    },
    async ({ params, body, caller }, tx) => {
      const standing = await apiKeys.findId(tx, caller.organizationId, params.id);
      const key: ApiKey | null =
        standing === null ? null : await apiKeys.update(tx, caller.organizationId, standing, body);
      if (key === null) throw notFound("API key");
      return { status: 200, body: key };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: one,
      tag,
      summary: "Revoke an API key",
      right: "admin",
      params: idParams,
      answers: { 204: null },
      touchesKeys: true,
    },
    async ({ params, caller }, tx) => {
      const standing = await apiKeys.findId(tx, caller.organizationId, params.id);
      if (standing === null) throw notFound("API key");
      await apiKeys.remove(tx, caller.organizationId, standing);
      return { status: 204 };
    },
  );

  router.write(
    {
      methods: ["post"],
      path: `${one}/rotate`,
      tag,
      summary: "Give an API key a new secret; the old one stops at once",
      description: "Other API processes may still take the old secret for up to half a second.",
      right: "admin",
      params: idParams,
      answers: { 200: newKeyAnswer },
      touchesKeys: true,
    },
    async ({ params, caller }, tx) => {
      const { organizationId } = caller;
      const standing = await apiKeys.findId(tx, organizationId, params.id);
      const { secret } = newKeyPair();
      const rotated =
        standing === null
          ? null
          : await apiKeys.update(tx, organizationId, standing, { secretHash: hashSecret(secret) });
      if (rotated === null) throw notFound("API key");
      return { status: 200, body: { ...rotated, secret }, secret: true };
    },
  );
}
