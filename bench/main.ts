import { readdir } from "node:fs/promises";

/** `npm run bench -- <name>`: runs bench/<name>.ts, which exports `run`. */
async function main(name: string | undefined): Promise<void> {
  const known = await names();
  if (name === undefined || !known.includes(name)) {
    console.error(`usage: npm run bench -- ${known.join("|")}`);
    process.exitCode = 2;
    return;
  }
  const bench: unknown = await import(`./${name}.ts`);
  if (!isBench(bench)) throw new TypeError(`bench/${name}.ts exports no function "run"`);
  await bench.run();
}

async function names(): Promise<string[]> {
  const entries = await readdir(new URL(".", import.meta.url), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && entry.name !== "main.ts");
  return files.map(({ name }) => name.slice(0, -".ts".length)).filter((name) => name !== "measure");
}

function isBench(module: unknown): module is { run: () => Promise<void> } {
  return typeof module === "object" && module !== null && "run" in module && typeof module.run === "function";
}

await main(process.argv[2]);
