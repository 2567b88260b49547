import { execFile, spawn } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadConfig } from "../../config.ts";
import { ApiClient, type Credentials } from "../helpers/apiClient.ts";
import { freePort } from "../helpers/ports.ts";
import { npmStart, signalGroup } from "../scripts/npmStart.ts";
import { type Filled, fillOrganization } from "./fillOrganization.ts";

// `npm run test:schemathesis [-- seconds]`: sends what Schemathesis makes of /openapi.json to a whole Tripline that is started for it,
// and ends with 1 on any 5xx or undocumented answer. The same seed every time.

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const run = promisify(execFile);

/** For all phases together; starting everything comes on top. */
const SECONDS = Number(process.argv[2] ?? 210);
/** The document of one tool version: its name is part of the folder, so that another version is installed anew. */
const VERSION = "4.32.5";

/** Part of all operations that must have answered 2xx at least once; 0.8 was measured. */
const REACHED = 0.6;

const ROOT = { key: "root_key_of_schemathesis", secret: "root_secret_of_schemathesis" };

/** Installs the pinned tool once per account, into a folder of its own. Returns its program. */
async function installed(): Promise<string> {
  const folder = join(loadConfig().cacheDir, `schemathesis-${VERSION}`);
  const complete = join(folder, "complete");
  const program = join(folder, "bin", "schemathesis");
  const isComplete = await access(complete).then(
    () => true,
    () => false,
  );
  if (isComplete) return program;
  console.log(`- installing Schemathesis ${VERSION} into ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run("python3", ["-m", "venv", folder]);
  await run(join(folder, "bin", "pip"), ["install", "--quiet", "--requirement", join(FOLDER, "requirements.txt")]);
  await writeFile(complete, "");
  return program;
}

async function main(): Promise<number> {
  const program = await installed();
  const dataDir = await realpath(await mkdtemp(join(tmpdir(), "tripline-schemathesis-")));
  const port = await freePort();
  let code = 1;
  const tripline = npmStart(dataDir, {
    PORT: String(port),
    RATE_LIMIT_PER_MINUTE: "0",
    LOG_LEVEL: "warn",
    ROOT_API_KEY: ROOT.key,
    ROOT_API_SECRET: ROOT.secret,
  });
  try {
    const { api } = await tripline.ready();
    const filled = await fillOrganization(new ApiClient(api, ROOT), api);
    const config = join(dataDir, "schemathesis.toml");
    await writeFile(config, await configText(filled));
    console.log(`- testing ${api} for at most ${SECONDS} s`);
    const found = await schemathesis(program, config, api, filled.key);
    code = (await reachedEnough(api, filled.key)) ? found : 1;
    return code;
  } finally {
    signalGroup(tripline, "SIGINT");
    await tripline.exited;
    // Its last lines only, so that what failed stays in sight above them.
    if (code !== 0) console.log(tripline.output().split("\n").slice(-20).join("\n"));
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function configText({ decoys }: Filled): Promise<string> {
  const text = await readFile(join(FOLDER, "schemathesis.toml"), "utf8");
  return text
    .replace('"DECOY_KEYS"', JSON.stringify(decoys))
    .replace("ROOT_KEY", ROOT.key)
    .replace("ROOT_SECRET", ROOT.secret);
}

/** A run whose key was lost, or whose requests were nearly all refused, would find nothing and prove nothing. */
async function reachedEnough(api: string, key: Credentials): Promise<boolean> {
  const client = new ApiClient(api, key);
  const { status } = await client.send("GET", "/v1/organization");
  const document = await client.get<{ paths: Record<string, object> }>("/openapi.json");
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length;
  const metrics = await (await fetch(`${api}/metrics`)).text();
  const counts = [...metrics.matchAll(/^tripline_http_requests_total{(.*),status="2\d\d"} /gm)].map(
    ([, labels]) => labels,
  );
  const reached = new Set(counts).size;
  console.log(`- ${reached} of ${operations} operations answered 2xx at least once; the key signs: ${status === 200}`);
  return status === 200 && reached >= operations * REACHED;
}

function schemathesis(program: string, config: string, api: string, { key, secret }: Credentials): Promise<number> {
  const child = spawn(
    program,
    [
      ...["--config-file", config, "run", `${api}/openapi.json`],
      ...["--header", `X-Api-Key: ${key}`, "--header", `X-Api-Secret: ${secret}`],
      ...["--phases", "examples,coverage,fuzzing,stateful", "--max-time", String(SECONDS)],
      ...["--request-timeout", "30", "--output-sanitize", "false", "--no-color"],
    ],
    // FORCE_COLOR, whatever its value, makes its progress bars believe in a terminal: thousands of lines.
    { stdio: ["ignore", "pipe", "inherit"], cwd: tmpdir(), env: { ...process.env, FORCE_COLOR: undefined } },
  );
  // A failing request is printed whole, which can be tens of kilobytes of address in one line.
  createInterface({ input: child.stdout }).on("line", (line) => console.log(line.slice(0, 2_000)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
