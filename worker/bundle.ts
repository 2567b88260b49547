import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";

/** The code of a bundle of workflows. */
export interface WorkflowBundle {
  code: string;
}

const FOLDER = fileURLToPath(new URL("../workflows/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../node_modules/@temporalio/", import.meta.url));

/**
 * The bundled workflows. Bundling takes two to three seconds of a processor, most of what a worker needs to start, so a bundle
 * is kept in `cacheDir` under the hash of all it is made of, and the next start reads it from there.
 */
export async function workflowBundle(cacheDir: string): Promise<WorkflowBundle> {
  const file = join(cacheDir, `workflows-${await fingerprint()}.cjs`);
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== null) return { code: kept };
  const bundle = await bundleWorkflows();
  await keep(cacheDir, file, bundle.code);
  return bundle;
}

/** Bundles the workflows anew. */
export async function bundleWorkflows(): Promise<WorkflowBundle> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(FOLDER, "index.ts"),
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error },
  });
  return { code };
}

/** Workflows import nothing but their own folder and Temporal's packages (test/architecture.test.ts holds them to it). */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  const sources = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
  const packages = ["common", "workflow", "worker"].map((name) => join(PACKAGE, name, "package.json"));
  for (const file of [...sources.map((name) => join(FOLDER, name)), ...packages]) {
    hash
      .update(`${file}\0`)
      .update(await readFile(file))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 32);
}

/** Written aside and renamed, so that nobody reads half of it. A folder that cannot be written costs the next start some time. */
async function keep(cacheDir: string, file: string, code: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(cacheDir, { recursive: true });
    await writeFile(draft, code, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    console.warn(`The bundled workflows could not be kept in ${cacheDir}: ${(error as Error).message}`);
  }
}

function ignore(): void {
  // The bundler's progress is nobody's concern.
}
