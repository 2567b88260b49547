import { pino } from "pino";
import { createApp } from "../../api/app.ts";
import { connect } from "../../db/client.ts";
import type { ApiDocument } from "./clientText.ts";

/** The API's document, from the app itself; neither Postgres nor Temporal is asked. */
export async function apiDocument(): Promise<ApiDocument> {
  const sql = connect("postgres://nobody@127.0.0.1:1/none", { max: 1 });
  const app = createApp({
    sql,
    config: {
      ROOT_API_KEY: undefined,
      ROOT_API_SECRET: undefined,
      RATE_LIMIT_PER_MINUTE: 0,
      ALLOW_PRIVATE_WEBHOOKS: false,
    },
    logger: pino({ level: "silent" }),
    wake: () => undefined,
    temporal: { trackerState: async () => null, ratingSchedule: async () => null, ready: async () => false },
  });
  const response = await app.request("/openapi.json");
  await sql.end({ timeout: 1 });
  return (await response.json()) as ApiDocument;
}
