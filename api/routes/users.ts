import { z } from "@hono/zod-openapi";
import { countOwners, type User, type UserFields, users } from "../../db/users.ts";
import { customersHolding, rulesNamingId } from "../../db/uses.ts";
import { sharedViewsOf } from "../../db/views.ts";
import { type NounContext, nounRoutes } from "../nounRoutes.ts";
import { conflict } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, email, exampleTimes, name, timestamps } from "../schemas.ts";

const role = z.enum(["owner", "admin", "member"]);
const position = z.enum(["financeUser", "accountManager"]);

const create = z
  .strictObject({
    email,
    name: name(),
    role: role.default("member"),
    position: position.default("financeUser"),
    invited: z.boolean().default(false),
  })
  .openapi("UserInput", {
    example: { email: "ann@acme.test", name: "Ann", role: "member", position: "accountManager" },
  });

const edit = z.strictObject({
  email: email.optional(),
  name: name().optional(),
  role: role.optional(),
  position: position.optional(),
  invited: z.boolean().optional(),
});

export const userAnswer = z
  .object({ id: z.string(), email: z.string(), name: z.string(), role, position, invited: z.boolean(), ...timestamps })
  .openapi("User", {
    example: {
      id: EXAMPLE_ID,
      email: "ann@acme.test",
      name: "Ann",
      role: "member",
      position: "accountManager",
      invited: false,
      ...exampleTimes,
    },
  });

export function usersRoutes(router: Router): void {
  nounRoutes<UserFields, User, z.output<typeof create>, z.output<typeof edit>>(router, {
    path: "/v1/users",
    tag: "Users",
    noun: "user",
    plural: "users",
    store: users,
    create,
    edit,
    answer: userAnswer,
    touchesKeys: true,
    toFields: (body) => body,
    async toEdit(body, standing, context) {
      if (body.role !== undefined && body.role !== "owner") await demandAnotherOwner(standing, context);
      return body;
    },
    async uses(user, context) {
      await demandAnotherOwner(user, context);
      return [
        ...(await customersHolding(context.tx, context.organizationId, "user_ids", user.id)),
        ...(await rulesNamingId(context.tx, context.organizationId, user.id)),
        ...(await sharedViewsOf(context.tx, context.organizationId, user.id)),
      ];
    },
  });
}

async function demandAnotherOwner(user: User, { tx, organizationId }: NounContext): Promise<void> {
  if (user.role !== "owner") return;
  if ((await countOwners(tx, organizationId)) < 2) {
    throw conflict("last_owner", "This is the organization's last owner.");
  }
}
