import { loadConfig } from "../config.ts";
import { migrate } from "../db/migrate.ts";

const { DATABASE_URL } = loadConfig();
if (!DATABASE_URL) {
  console.error("Set DATABASE_URL to the database to migrate; `npm start` migrates its own.");
  process.exit(78);
}
const applied = await migrate(DATABASE_URL);
console.log(applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to apply");
