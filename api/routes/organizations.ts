import { z } from "@hono/zod-openapi";
import { apiKeys } from "../../db/apiKeys.ts";
import { openBackfills } from "../../db/backfills/open.ts";
import { createOrganization, getOrganization, switchRules, updateOrganization } from "../../db/organizations.ts";
import { lockRulesetExclusive } from "../../db/rulesets.ts";
import { users } from "../../db/users.ts";
import { newId } from "../../db/uuid.ts";
import { recomputeDelays } from "../../db/writes/index.ts";
import { writeContextOf } from "../access.ts";
import { hashSecret, newKeyPair } from "../auth.ts";
import { notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { currency, EXAMPLE_ID, email, exampleTimes, name, timestamps, timeZone } from "../schemas.ts";
import { newKeyAnswer } from "./apiKeys.ts";
import { userAnswer } from "./users.ts";

const tag = "Organization";
const delayMode = z.enum(["paidOnly", "paidAndOverdue"]);
const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "must be a language tag such as en or fr-CA");
const perHour = (what: string, standard: string) =>
  z
    .int()
    .min(1)
    .max(100_000_000)
    .optional()
    .openapi({ description: `${what} in an hour outside backfills, before it is paused: ${standard} unless set.` });
const limits = z.strictObject({
  backfillApprovalAbove: z.int().min(0).max(100_000_000).optional(),
  notificationsPerHour: perHour("Messages that one rule may send", "1,000"),
  exclusionsPerHour: perHour("Customers that one rule may exclude", "100"),
});
const days = (what: string) =>
  z
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .openapi({ description: `Days that ${what} are kept; for ever unless set. What is open is never trimmed.` });
const kept = {
  changesDays: days("changes with their evaluations"),
  runsDays: days("runs that have ended, with their notifications,"),
  jobsDays: days("ended jobs with their results"),
};
const retention = z.strictObject(kept);
const retentionEdit = z
  .strictObject({
    changesDays: kept.changesDays.nullable(),
    runsDays: kept.runsDays.nullable(),
    jobsDays: kept.jobsDays.nullable(),
  })
  .openapi({ description: "Null takes a setting back: kept for ever." });

const create = z
  .strictObject({
    name: name(),
    timeZone: timeZone.default("UTC"),
    locale: locale.default("en"),
    currency: currency.default("EUR"),
    delayMode: delayMode.default("paidOnly"),
    owner: z.strictObject({ email, name: name() }),
  })
  .openapi("OrganizationInput", {
    example: { name: "Acme", timeZone: "Europe/Paris", currency: "EUR", owner: { email: "o@acme.test", name: "O" } },
  });

const edit = z
  .strictObject({
    name: name().optional(),
    timeZone: timeZone.optional(),
    locale: locale.optional(),
    currency: currency.optional(),
    delayMode: delayMode.optional(),
    limits: limits.optional(),
    retention: retentionEdit.optional(),
  })
  .openapi("OrganizationEdit", { example: { delayMode: "paidAndOverdue" } });

const fields = {
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string(),
  currency: z.string(),
  delayMode,
  rulesStopped: z.boolean(),
  limits,
  retention,
  ...timestamps,
};
const example = {
  id: EXAMPLE_ID,
  name: "Acme",
  timeZone: "Europe/Paris",
  locale: "en",
  currency: "EUR",
  delayMode: "paidOnly" as const,
  rulesStopped: false,
  limits: {},
  retention: {},
  ...exampleTimes,
};
const answer = z.object(fields).openapi("Organization", { example });
const newOrganization = z.object({ ...fields, owner: userAnswer, apiKey: newKeyAnswer }).openapi("NewOrganization");

export function organizationsRoutes(router: Router): void {
  router.write(
    {
      methods: ["post"],
      path: "/admin/organizations",
      tag: "Administration",
      summary: "Create an organization with its first owner and API key",
      description: "With the root key of the environment. The secret is shown this once.",
      right: "root",
      body: create,
      answers: { 201: newOrganization },
    },
    async ({ body }, tx) => {
      const { owner, ...rest } = body;
      const organization = await createOrganization(tx, { id: newId(), ...rest });
      const user = await users.create(tx, organization.id, newId(), {
        ...owner,
        role: "owner",
        position: "financeUser",
        invited: false,
      });
      const { key, secret } = newKeyPair();
      const apiKey = await apiKeys.create(tx, organization.id, newId(), {
        name: "First key",
        key,
        secretHash: hashSecret(secret),
        scope: "admin",
        userId: null,
        source: "api",
        requestsPerMinute: null,
      });
      return {
        status: 201,
        body: { ...organization, owner: user, apiKey: { ...apiKey, secret } },
        secret: true,
        createdOrganizationId: organization.id,
      };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: "/v1/organization",
      tag,
      summary: "Read the settings",
      right: "read",
      answers: { 200: answer },
    },
    async ({ caller, deps }) => {
      const organization = await getOrganization(deps.sql, caller.organizationId);
      if (organization === null) throw notFound("organization");
      return { status: 200, body: organization };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: "/v1/organization",
      tag,
      summary: "Change the given settings",
      description: "Switching delayMode recomputes every customer that it moves, in the same transaction.",
      right: "admin",
      body: edit,
      answers: { 200: answer },
    },
    async ({ body, caller }, tx) => {
      const { organizationId } = caller;
      if (body.delayMode === undefined)
        return { status: 200, body: await updateOrganization(tx, organizationId, body) };
      // Every write that computed by the old mode is committed before, and none begins until this one is.
      await lockRulesetExclusive(tx, organizationId);
      const before = await getOrganization(tx, organizationId);
      const organization = await updateOrganization(tx, organizationId, body);
      if (before?.delayMode === organization.delayMode) return { status: 200, body: organization };
      return { status: 200, body: organization, wake: await recomputeDelays(tx, writeContextOf(caller)) };
    },
  );

  for (const [word, stopped] of [
    ["stop_rules", true],
    ["start_rules", false],
  ] as const) {
    router.write(
      {
        methods: ["post"],
        path: `/v1/organization/${word}`,
        tag,
        summary: stopped
          ? "Stop all rules: changes are recorded and wait"
          : "Start all rules: waiting changes are evaluated",
        right: "admin",
        answers: { 200: answer },
      },
      async ({ caller }, tx) => {
        const { organization, shards } = await switchRules(tx, caller.organizationId, stopped);
        const backfills = stopped ? [] : await openBackfills(tx, organization.id);
        const all = Array.from({ length: shards }, (_, shard) => shard);
        const wake = { organizationId: organization.id, shards: all, backfills };
        return { status: 200, body: organization, ...(stopped ? {} : { wake }) };
      },
    );
  }
}
