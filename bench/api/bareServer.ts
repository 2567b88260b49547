import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { loadConfig } from "../../config.ts";
import { connect } from "../../db/client.ts";
import { getCustomer } from "../../db/customers.ts";
import { inTransaction } from "../../db/transaction.ts";
import { writeCustomers } from "../../db/writes/index.ts";
import { announceReady, onShutdown } from "../../scripts/launcher/asChild.ts";

/** The baseline of single upserts: a bare Hono route that runs the same statements and does nothing else. */
const config = loadConfig();
const sql = connect(config.DATABASE_URL!, { max: config.DATABASE_POOL_SIZE });
const [organization] = await sql<{ id: string }[]>`select id from organizations limit 1`;
const [key] = await sql<{ id: string }[]>`select id from api_keys limit 1`;
const organizationId = organization!.id;
const context = { organizationId, source: "api" as const, actor: { keyId: key!.id } };
const app = new Hono();
app.post("/v1/customers", async (c) => {
  const input = await c.req.json();
  const customer = await inTransaction(sql, async (tx) => {
    const { results } = await writeCustomers(tx, context, [{ input }]);
    const [result] = results;
    return result?.ok ? getCustomer(tx, { organizationId, visibleTo: null }, result.id) : null;
  });
  return c.json(customer);
});
const server = serve({ fetch: app.fetch, hostname: config.HOST, port: config.PORT + 1 }, () => announceReady());
onShutdown(async () => {
  server.close();
  await sql.end({ timeout: 1 });
});
