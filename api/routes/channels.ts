import { z } from "@hono/zod-openapi";
import { type Channel, type ChannelFields, channels } from "../../db/channels.ts";
import { rulesNamingId } from "../../db/uses.ts";
import type { ApiConfig } from "../deps.ts";
import { type NounContext, nounRoutes } from "../nounRoutes.ts";
import { invalid, type Mistake } from "../problems.ts";
import type { Router } from "../router.ts";
import { EXAMPLE_ID, exampleTimes, name, text, timestamps } from "../schemas.ts";
import { webhookTargetMistake } from "../webhookTargets.ts";

const kind = z.enum(["webhook", "slack", "email", "inApp"]);
const url = text(2_000, 1);
const secret = text(500, 1);

const create = z
  .strictObject({ name: name(), kind, url: url.nullable().optional(), secret: secret.nullable().optional() })
  .openapi("ChannelInput", {
    example: { name: "Ops", kind: "webhook", url: "https://hooks.acme.test/tripline", secret: "shared-secret" },
  });
const edit = z.strictObject({
  name: name().optional(),
  url: url.nullable().optional(),
  secret: secret.nullable().optional(),
});

const answer = z
  .object({ id: z.string(), name: z.string(), kind, url: z.string().nullable(), ...timestamps })
  .openapi("Channel", {
    description: "The secret is never answered.",
    example: { id: EXAMPLE_ID, name: "Ops", kind: "webhook", url: "https://hooks.acme.test/tripline", ...exampleTimes },
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
    toFields(body, { deps }) {
      check(body, deps.config, body.secret !== undefined);
      return { url: null, secret: null, ...body };
    },
    toEdit(body, standing, { deps }: NounContext) {
      check({ ...standing, ...body }, deps.config, body.secret !== undefined);
      return body;
    },
    uses: (channel, { tx, organizationId }) => rulesNamingId(tx, organizationId, channel.id),
  });
}

function check(channel: { kind: Channel["kind"]; url?: string | null }, config: ApiConfig, withSecret: boolean): void {
  const mistakes: Mistake[] = [];
  const sends = channel.kind === "webhook" || channel.kind === "slack";
  if (sends) {
    const wrong = webhookTargetMistake(channel.url ?? "", config.ALLOW_PRIVATE_WEBHOOKS);
    if (wrong !== null) mistakes.push({ path: "url", message: channel.url == null ? "Required" : wrong });
  } else if (channel.url != null)
    mistakes.push({ path: "url", message: `A channel of kind ${channel.kind} has no url` });
  if (withSecret && channel.kind !== "webhook") mistakes.push({ path: "secret", message: "Only webhooks are signed" });
  if (mistakes.length > 0) throw invalid(mistakes);
}
