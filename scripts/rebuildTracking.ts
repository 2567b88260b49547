import { parseArgs } from "node:util";
import { pino } from "pino";
import { connect } from "../db/client.ts";
import { allOrganizations, rebuildTracking } from "../db/rebuild/rebuildTracking.ts";
import { addRebuilt, NOTHING_REBUILT } from "../db/rebuild/types.ts";
import { connectClient } from "../temporal/connect.ts";
import { restartTrackers } from "../temporal/restartTrackers.ts";
import { createWaker } from "../temporal/waker.ts";
import { exitMisconfigured, loadConfigOrExit } from "./launcher/asChild.ts";

// After a restoration: rebuilds the queue and the previous values from changes and evaluations, then starts the trackers anew.
// Harmless when repeated, broken off, or run beside API and workers.

const USAGE = `npm run rebuild-tracking -- [--dry-run] [--organization <id>]

  --dry-run       say what would be put right, and leave everything as it is
  --organization  only this organization; trackers of unknown organizations are left alone then`;

const config = loadConfigOrExit();
const options = readOptions();
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
if (!config.DATABASE_URL) exitMisconfigured("Set DATABASE_URL to the database whose tracking is to be rebuilt.");

const sql = connect(config.DATABASE_URL, { max: 2, applicationName: "tripline rebuild" });
const all = await allOrganizations(sql);
const chosen = options.organization === undefined ? all : all.filter(({ id }) => id === options.organization);
if (options.organization !== undefined && chosen.length === 0) {
  exitMisconfigured(`No organization ${options.organization} in this database.`);
}
let sum = NOTHING_REBUILT;
for (const { id } of chosen) {
  const rebuilt = await rebuildTracking(sql, id, { dryRun: options["dry-run"] });
  sum = addRebuilt(sum, rebuilt);
  const { customers, ...found } = rebuilt;
  if (Object.values(found).some((count) => count > 0)) console.log(JSON.stringify({ organizationId: id, ...rebuilt }));
}
console.log(JSON.stringify({ organizations: chosen.length, ...sum, dryRun: options["dry-run"] }));
await sql.end({ timeout: 5 });
if (!options["dry-run"]) await restart();

async function restart() {
  const client = connectClient(config);
  try {
    const waker = createWaker(client, config.TASK_QUEUE, pino({ level: config.LOG_LEVEL }));
    const restarted = await restartTrackers(client, config.TASK_QUEUE, waker, chosen, {
      endsUnknown: options.organization === undefined,
    });
    console.log(JSON.stringify(restarted));
  } catch (error) {
    console.error(
      `Trackers were not started anew: ${(error as Error).message}. Postgres is put right; repeat this once Temporal answers.`,
    );
    process.exitCode = 1;
  } finally {
    await client.connection.close();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        "dry-run": { type: "boolean", default: false },
        organization: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    exitMisconfigured(`${(error as Error).message}\n${USAGE}`);
  }
}
