import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, messageOf, StartError } from "./startError.ts";

const secretsSchema = z.object({
  postgresPassword: z.string().min(1).optional(),
  rootApiKey: z.string().min(1).optional(),
  rootApiSecret: z.string().min(1).optional(),
  /** The ready-made key of the organization that the first start creates. */
  organizationKey: z.object({ key: z.string(), secret: z.string() }).optional(),
});

/** What the first start generates and later starts need again. */
export type Secrets = z.infer<typeof secretsSchema>;

/** Reads DATA_DIR/secrets.json; an absent file is empty, a broken one a StartError. */
export async function readSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, "secrets.json");
  try {
    return secretsSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    throw new StartError(
      `${file} cannot be read (${messageOf(error).split("\n")[0]}). Put it right or delete it; then new keys are made.`,
    );
  }
}

/** Adds to DATA_DIR/secrets.json (mode 0600), in one step that a crash cannot halve. */
export async function saveSecrets(dataDir: string, added: Secrets): Promise<Secrets> {
  const secrets = { ...(await readSecrets(dataDir)), ...added };
  const file = join(dataDir, "secrets.json");
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
  return secrets;
}

/** A random text of letters and digits, safe in a URL and a header. */
export function randomSecret(bytes = 24): string {
  return randomBytes(bytes).toString("hex");
}
