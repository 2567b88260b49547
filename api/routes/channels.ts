import { z } from "@hono/zod-openapi";
import { type Channel, type ChannelFields, channels } from "../../db/channels.ts";
import { rulesNamingId } from "../../db/uses.ts";
import { may } from "../access.ts";
import type { ApiConfig } from "../deps.ts";
import { type NounContext, nounRoutes } from "../nounRoutes.ts";
import { invalid, type Mistake } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes, name, text, timestamps } from "../schemas.ts";
import { webhookTargetMistake } from "../webhookTargets.ts";

const kind = z.enum(["webhook", "slack", "email", "inApp"]);
const url = text(2_000, 1);
const secret = text(500, 1);
const messagesPerMinute = z.int().min(1).max(100_000);
/** What Slack takes per incoming webhook (its "Rate limits": one message a second). */
const OF_SLACK = 60;

const create = z
  .strictObject({
    name: name(),
    kind,
    url: url.nullable().optional(),
    secret: secret.nullable().optional(),
    messagesPerMinute: messagesPerMinute
      .nullable()
      .optional()
      .openapi({ description: `null: as fast as it goes; a Slack channel's default is ${OF_SLACK}.` }),
  })
  .openapi("ChannelInput", {
    example: { name: "Ops", kind: "webhook", url: "https://hooks.acme.test/tripline", secret: "shared-secret" },
  });
const edit = z.strictObject({
  name: name().optional(),
  url: url.nullable().optional(),
  secret: secret.nullable().optional(),
  messagesPerMinute: messagesPerMinute.nullable().optional(),
});

const answer = z
  .object({
    id: z.string(),
    name: z.string(),
    kind,
    url: z.string().nullable(),
    messagesPerMinute: z.int().nullable(),
    ...timestamps,
  })
  .openapi("Channel", {
    description:
      "The secret is never answered, and the url only to admins: whoever knows the address of a Slack webhook may write there.",
    example: {
      id: EXAMPLE_ID,
      name: "Ops",
      kind: "webhook",
      url: "https://hooks.acme.test/tripline",
      messagesPerMinute: null,
      ...exampleTimes,
    },
  });

export function channelsRoutes(router: Router): void {
  nounRoutes<ChannelFields, Channel, z.output<typeof create>, z.output<typeof edit>>(router, {
    path: "/v1/channels",
    tag: "Channels",
    noun: "channel",
    plural: "channels",
    store: channels,
    create,
    edit,
    answer,
    toAnswer: (channel, caller) => (may(caller, "admin") ? channel : { ...channel, url: null }),
    toFields(body, { deps }) {
      check(body, body, deps.config);
      const pace = body.kind === "slack" ? OF_SLACK : null;
      return { url: null, secret: null, messagesPerMinute: pace, ...body };
    },
    toEdit(body, standing, { deps }: NounContext) {
      check({ ...standing, ...body }, body, deps.config);
      return body;
    },
    uses: (channel, { tx, organizationId }) => rulesNamingId(tx, organizationId, channel.id),
  });
}

/** Whether the channel would be sound with what the body gives. */
function check(
  channel: { kind: Channel["kind"]; url?: string | null | undefined },
  given: { secret?: string | null | undefined; messagesPerMinute?: number | null | undefined },
  config: ApiConfig,
): void {
  const mistakes: Mistake[] = [];
  const { kind } = channel;
  if (kind === "webhook" || kind === "slack") {
    const wrong = webhookTargetMistake(channel.url ?? "", config.ALLOW_PRIVATE_WEBHOOKS);
    if (wrong !== null) mistakes.push({ path: "url", message: channel.url == null ? "Required" : wrong });
  } else if (channel.url != null) mistakes.push({ path: "url", message: `A channel of kind ${kind} has no url` });
  if (given.secret !== undefined && kind !== "webhook")
    mistakes.push({ path: "secret", message: "Only webhooks are signed" });
  if (given.messagesPerMinute != null && kind === "inApp")
    mistakes.push({ path: "messagesPerMinute", message: "In-app messages are not sent, so nothing limits them" });
  if (mistakes.length > 0) throw invalid(mistakes);
}
