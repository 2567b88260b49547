import { z } from "@hono/zod-openapi";
import { findCustomerId } from "../../db/customers.ts";
import { listNotifications } from "../../db/notifications.ts";
import { customerScope, may } from "../access.ts";
import { invalid } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, emptyList, flag, listAnswer, listOf, order, pageQuery, reference } from "../schemas.ts";

const status = z.enum(["planned", "held", "running", "sent", "failed", "cancelled"]);

const notificationAnswer = z
  .object({
    id: z.string(),
    runId: z.string(),
    ruleId: z.string(),
    channelId: z.string(),
    kind: z.enum(["webhook", "slack", "email", "inApp"]),
    customerId: z.string(),
    recipient: z.object({ userId: z.string().optional(), email: z.string().optional() }),
    subject: z.string(),
    body: z.string(),
    status,
    attempts: z.int(),
    error: z.string().nullable(),
    createdAt: z.string(),
    sentAt: z.string().nullable(),
    readAt: z.string().nullable(),
  })
  .openapi("Notification", {
    example: {
      id: EXAMPLE_ID,
      runId: EXAMPLE_ID,
      ruleId: EXAMPLE_ID,
      channelId: EXAMPLE_ID,
      kind: "webhook",
      customerId: EXAMPLE_ID,
      recipient: { userId: EXAMPLE_ID, email: "ann@acme.test" },
      subject: "Globex owes €7,000.00",
      body: "was €4,000.00",
      status: "sent",
      attempts: 1,
      error: null,
      createdAt: "2026-01-05T09:00:00.000Z",
      sentAt: "2026-01-05T09:00:00.300Z",
      readAt: null,
    },
  });

export function notificationsRoutes(router: Router): void {
  router.read(
    {
      methods: ["get"],
      path: "/v1/notifications",
      tag: "Notifications",
      summary: "List what was sent to whom, or one's own inbox",
      right: "read",
      query: z.strictObject({
        ...pageQuery,
        order,
        inbox: flag.optional().openapi({ description: "true: the in-app messages to the key's own user." }),
        customerId: reference.optional(),
        runId: reference.optional(),
        status: status.optional(),
      }),
      answers: { 200: listOf("notifications", notificationAnswer) },
    },
    async ({ query, caller, deps }) => {
      const scope = customerScope(caller);
      const { user } = caller;
      if (query.inbox === true && user === null) {
        throw invalid([{ path: "inbox", message: "Only a user's key has an inbox" }]);
      }
      const customerId =
        query.customerId === undefined ? undefined : await findCustomerId(deps.sql, scope, query.customerId);
      if (customerId === null) return emptyList("notifications", query);
      const listed = await listNotifications(deps.sql, scope, {
        page: query,
        descending: query.order === "desc",
        inboxOf: query.inbox === true ? user?.id : undefined,
        readableBy: user !== null && !may(caller, "admin") ? user.id : undefined,
        customerId,
        runId: query.runId,
        status: query.status,
      });
      return listAnswer("notifications", query, listed);
    },
  );
}
