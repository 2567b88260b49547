import { randomBytes } from "node:crypto";
import type { ChannelInput } from "../../clients/typescript/index.ts";
import { ApiError, headersOf } from "./client.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import type { Session } from "./session.ts";

const IN_APP = "In-app";
const BACK_OFFICE = "Back office";

/**
 * The two channels of the sample rules: the in-app inbox, and a webhook to a receiver that runs as long as the demo. Where this
 * Tripline does not allow webhooks to this machine, the back office is told in the app too, and no receiver is answered.
 */
export async function createChannels(session: Session): Promise<Receiver | undefined> {
  const inApp = await create(session, { name: IN_APP, kind: "inApp" });
  session.symbols.define("channel", IN_APP, inApp);
  session.names.set(inApp, "in-app message");

  const receiver = isThisMachine(session.client.base) ? await startWebhook(session) : undefined;
  if (receiver === undefined) session.symbols.define("channel", BACK_OFFICE, inApp);
  return receiver;
}

async function startWebhook(session: Session): Promise<Receiver | undefined> {
  const secret = randomBytes(24).toString("hex");
  const receiver = await startReceiver(secret);
  try {
    const webhook = await create(session, { name: BACK_OFFICE, kind: "webhook", url: receiver.url, secret });
    session.symbols.define("channel", BACK_OFFICE, webhook);
    session.names.set(webhook, "webhook");
    return receiver;
  } catch (error) {
    await receiver.close();
    if (error instanceof ApiError && error.status === 422) return undefined;
    throw error;
  }
}

async function create(session: Session, body: ChannelInput): Promise<string> {
  const { client } = session;
  const header = headersOf({ idempotencyKey: session.idempotencyKey(`channel-${body.name}`) });
  return (await client.demand(client.tripline.POST("/v1/channels", { params: { header }, body }))).id;
}

/** Only a Tripline on this machine can reach a receiver on its loopback address. */
function isThisMachine(base: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(base).hostname);
}
