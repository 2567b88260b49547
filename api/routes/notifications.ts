import { z } from "@hono/zod-openapi";
import { findCustomerId } from "../../db/customers.ts";
import { listNotifications, markRead } from "../../db/notifications.ts";
import { customerScope, may } from "../access.ts";
import { invalid, notFound } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, emptyList, flag, idParams, listAnswer, listOf, order, pageQuery, reference } from "../schemas.ts";

const status = z.enum(["gathering", "planned", "held", "running", "sent", "failed", "cancelled"]);

const notificationAnswer = z
  .object({
    id: z.string(),
    runId: z.string().nullable(),
    ruleId: z.string().nullable(),
    channelId: z.string().nullable(),
    kind: z.enum(["webhook", "slack", "email", "inApp"]),
    customerId: z.string().nullable(),
    recipient: z.object({ userId: z.string().optional(), email: z.string().optional() }),
    subject: z.string(),
    body: z.string(),
    status,
    attempts: z.int(),
    error: z.string().nullable(),
    alert: z.enum(["ruleTripped"]).nullable().openapi({
      description:
        "Tripline's own message to owners and admins, without channel, run and customer: a rule went beyond its hourly limit and was paused.",
    }),
    digest: z.enum(["hourly", "daily"]).nullable(),
    digestId: z.string().nullable(),
    dueAt: z.string().nullable(),
    createdAt: z.string(),
    sentAt: z.string().nullable(),
    readAt: z.string().nullable(),
  })
  .openapi("Notification", {
    description:
      "One message to one recipient. With a `digest` it is `gathering` until `dueAt`, then sent as part of the message `digestId`, which stands in inboxes by itself, without run, rule and customer.",
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
      alert: null,
      digest: null,
      digestId: null,
      dueAt: null,
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
        unread: flag.optional().openapi({ description: "true: only what was not marked as read." }),
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
        unread: query.unread,
        readableBy: user !== null && !may(caller, "admin") ? user.id : undefined,
        customerId,
        runId: query.runId,
        status: query.status,
      });
      return listAnswer("notifications", query, listed);
    },
  );

  router.write(
    {
      methods: ["post"],
      path: "/v1/notifications/{id}/read",
      tag: "Notifications",
      summary: "Mark a message of one's own inbox as read",
      right: "read",
      params: idParams,
      answers: { 200: notificationAnswer },
    },
    async ({ params, caller }, tx) => {
      // A key that stands for no user has no inbox.
      const userId = caller.user?.id ?? null;
      const notification = userId && (await markRead(tx, caller.organizationId, userId, params.id));
      if (!notification) throw notFound("message");
      return { status: 200, body: notification };
    },
  );
}
