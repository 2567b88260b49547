import type { z } from "@hono/zod-openapi";
import type { Transaction } from "../db/client.ts";
import type { Noun, nounStore } from "../db/nouns.ts";
import { lockRulesetExclusive } from "../db/rulesets.ts";
import type { Uses } from "../db/uses.ts";
import { newId } from "../db/uuid.ts";
import type { Caller, Right } from "./access.ts";
import type { Deps } from "./deps.ts";
import { conflict, notFound } from "./problems.ts";
import type { Router } from "./router.ts";
import { idParams, listAnswer, listOf, pageOnly } from "./schemas.ts";

type Store<Fields extends object, Row extends Noun> = ReturnType<typeof nounStore<Fields, Row>>;

/** The five operations of a simple noun. */
interface NounRoutes<Fields extends object, Row extends Noun, Create, Edit> {
  /** `/v1/payment_methods` */
  path: string;
  tag: string;
  /** `payment method`, as sentences name it, and `paymentMethods`, as lists do. */
  noun: string;
  plural: string;
  /** For GET; `read` unless told. */
  readRight?: Right;
  store: Store<Fields, Row>;
  create: z.ZodType<Create>;
  edit: z.ZodType<Edit>;
  answer: z.ZodType;
  /** The fields of a new thing; throws a problem when the data forbids them. */
  toFields(body: Create, context: NounContext): Promise<Fields> | Fields;
  /** The fields to change. */
  toEdit(body: Edit, standing: Row, context: NounContext): Promise<Partial<Fields>> | Partial<Fields>;
  /** How a row is answered to whom; as it is unless told. */
  toAnswer?(row: Row, caller: Caller): unknown;
  /** The thing that a POST with these fields updates instead. */
  existing?(body: Create, context: NounContext): Promise<Row | null>;
  /** What keeps it from being deleted. */
  uses(row: Row, context: NounContext): Promise<Uses>;
  /** Writes change who may sign in. */
  touchesKeys?: boolean;
}

export interface NounContext {
  tx: Transaction;
  organizationId: string;
  deps: Deps;
}

/** Registers list, create, read, change and delete. Writes need the right `admin`. */
export function nounRoutes<Fields extends object, Row extends Noun, Create, Edit>(
  router: Router,
  routes: NounRoutes<Fields, Row, Create, Edit>,
): void {
  const { path, tag, noun, plural, store, answer } = routes;
  const right = routes.readRight ?? "read";
  const touchesKeys = routes.touchesKeys === true;
  const shown = (row: Row, caller: Caller) => routes.toAnswer?.(row, caller) ?? row;

  router.read(
    {
      methods: ["get"],
      path,
      tag,
      summary: `List ${tag.toLowerCase()}`,
      right,
      query: pageOnly,
      answers: { 200: listOf(plural, answer) },
    },
    async ({ query, caller, deps }) => {
      const listed = await store.list(deps.sql, caller.organizationId, query);
      return listAnswer(plural, query, { ...listed, rows: listed.rows.map((row) => shown(row, caller)) });
    },
  );

  router.write(
    {
      methods: ["post"],
      path,
      tag,
      summary: `Create a ${noun}`,
      right: "admin",
      body: routes.create,
      answers: routes.existing === undefined ? { 201: answer } : { 201: answer, 200: answer },
      touchesKeys,
    },
    async ({ body, caller, deps }, tx) => {
      const context = { tx, organizationId: caller.organizationId, deps };
      const fields = await routes.toFields(body, context);
      const existing = (await routes.existing?.(body, context)) ?? null;
      const row =
        existing === null
          ? await store.create(tx, caller.organizationId, newId(), fields)
          : await store.update(tx, caller.organizationId, existing.id, fields);
      return { status: existing === null ? 201 : 200, body: shown(row!, caller) };
    },
  );

  router.read(
    {
      methods: ["get"],
      path: `${path}/{id}`,
      tag,
      summary: `Read a ${noun}`,
      right,
      params: idParams,
      answers: { 200: answer },
    },
    async ({ params, caller, deps }) => {
      const row = await store.get(deps.sql, caller.organizationId, params.id);
      if (row === null) throw notFound(noun);
      return { status: 200, body: shown(row, caller) };
    },
  );

  router.write(
    {
      methods: ["patch", "put"],
      path: `${path}/{id}`,
      tag,
      summary: `Change the given fields of a ${noun}`,
      right: "admin",
      params: idParams,
      body: routes.edit,
      answers: { 200: answer },
      touchesKeys,
    },
    async ({ params, body, caller, deps }, tx) => {
      const { organizationId } = caller;
      const standing = await store.get(tx, organizationId, params.id);
      if (standing === null) throw notFound(noun);
      const edit = await routes.toEdit(body, standing, { tx, organizationId, deps });
      const row = await store.update(tx, organizationId, standing.id, edit);
      if (row === null) throw notFound(noun);
      return { status: 200, body: shown(row, caller) };
    },
  );

  router.write(
    {
      methods: ["delete"],
      path: `${path}/{id}`,
      tag,
      summary: `Delete a ${noun} that nothing uses`,
      right: "admin",
      params: idParams,
      answers: { 204: null },
      touchesKeys,
    },
    async ({ params, caller, deps }, tx) => {
      const { organizationId } = caller;
      // Writes and saved rules resolve what they name under the shared lock: none can take it up meanwhile.
      await lockRulesetExclusive(tx, organizationId);
      const standing = await store.get(tx, organizationId, params.id);
      if (standing === null) throw notFound(noun);
      const uses = await routes.uses(standing, { tx, organizationId, deps });
      if (uses.length > 0) throw conflict("in_use", `This ${noun} is in use: ${say(uses)}.`);
      await store.remove(tx, organizationId, standing.id);
      return { status: 204 };
    },
  );
}

const SAID = 5;
const say = (uses: Uses) =>
  uses.length <= SAID ? uses.join(", ") : `${uses.slice(0, SAID).join(", ")} and ${uses.length - SAID} more`;
