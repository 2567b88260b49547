import { mkdir, writeFile } from "node:fs/promises";
import { createCompany, serialize } from "./generator/company.ts";

/** Writes `examples/company/*.json`: `npx tsx examples/generate.ts`. The files are committed; a test compares them byte by byte. */
const folder = new URL("./company/", import.meta.url);
const company = createCompany();

await mkdir(folder, { recursive: true });
for (const [name, records] of Object.entries(company)) {
  await writeFile(new URL(`${name}.json`, folder), serialize(records));
  console.log(`${name}.json: ${records.length}`);
}
