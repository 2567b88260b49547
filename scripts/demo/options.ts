import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { readSecrets } from "../launcher/secrets.ts";
import type { Credentials } from "./client.ts";
import { DemoError } from "./errors.ts";

export const HELP = `Loads the sample company into a running Tripline, saves ten rules, sends live payments, and shows what fired and why.

  npm run demo                                  against "npm start" in another terminal; makes a fresh organization each time
  npm run demo -- --api http://host:3000 --key KEY --secret SECRET       into the (empty) organization of an admin key
  npm run demo -- --root-key KEY --root-secret SECRET                    a fresh organization, made with this root key

  --temporal-ui URL   address of Temporal's UI, for the links at the end
  --help              this text`;

export interface Options {
  help: boolean;
  /** Base address of the API. */
  api: string;
  /** Throws a DemoError when there is no key to work with. */
  findAccess: () => Promise<Access>;
  temporalUi: string | undefined;
  temporalNamespace: string;
}

/** `organization`: an admin key of an existing one; `root`: makes a fresh one. */
export interface Access {
  kind: "organization" | "root";
  credentials: Credentials;
}

/** Where to go and who to be: flags first, then the environment's settings, then what `npm start` keeps in DATA_DIR. */
export async function readOptions(args: string[], config: Config): Promise<Options> {
  const flags = parseFlags(args);
  const api = flags.api ?? `http://${hostOf(config.HOST)}:${config.PORT}`;
  if (!URL.canParse(api)) throw new DemoError(`--api ${api} is not an address such as http://127.0.0.1:3000.`);
  const port = flags.api === undefined ? await embeddedUiPort(config) : undefined;
  return {
    help: flags.help === true,
    api,
    findAccess: () => findAccess(flags, config),
    temporalNamespace: config.TEMPORAL_NAMESPACE,
    temporalUi: flags["temporal-ui"] ?? (port === undefined ? undefined : `http://127.0.0.1:${port}`),
  };
}

/** The port of the embedded Temporal's UI, as `npm start` notes it in DATA_DIR/ports.json. */
async function embeddedUiPort({ TEMPORAL_UI_PORT, TEMPORAL_ADDRESS, DATA_DIR }: Config): Promise<number | undefined> {
  if (TEMPORAL_UI_PORT !== undefined || TEMPORAL_ADDRESS !== undefined) return TEMPORAL_UI_PORT;
  const note: unknown = await readFile(join(DATA_DIR, "ports.json"), "utf8")
    .then(JSON.parse)
    // Only a link depends on it.
    .catch(() => ({}));
  return portsSchema.safeParse(note).data?.temporalUi;
}

const portsSchema = z.object({ temporalUi: z.number().optional() });

function parseFlags(args: string[]) {
  const text = { type: "string" } as const;
  const options = {
    api: text,
    key: text,
    secret: text,
    "root-key": text,
    "root-secret": text,
    "temporal-ui": text,
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

async function findAccess(flags: ReturnType<typeof parseFlags>, config: Config): Promise<Access> {
  const given = pair("--key", flags.key, "--secret", flags.secret);
  if (given) return { kind: "organization", credentials: given };
  const root =
    pair("--root-key", flags["root-key"], "--root-secret", flags["root-secret"]) ??
    pair("ROOT_API_KEY", config.ROOT_API_KEY, "ROOT_API_SECRET", config.ROOT_API_SECRET) ??
    (await keptRootKey(config.DATA_DIR));
  if (root) return { kind: "root", credentials: root };
  throw new DemoError(
    `No key to work with: ${config.DATA_DIR} holds none, so "npm start" has not run here (or with another DATA_DIR).\nStart it in another terminal, or give --key and --secret of an admin key; --help says more.`,
  );
}

async function keptRootKey(dataDir: string): Promise<Credentials | undefined> {
  const { rootApiKey, rootApiSecret } = await readSecrets(dataDir).catch((error) => {
    throw new DemoError(error instanceof Error ? error.message : String(error));
  });
  return pair("rootApiKey", rootApiKey, "rootApiSecret", rootApiSecret);
}

function pair(keyName: string, key: string | undefined, secretName: string, secret: string | undefined) {
  if (key === undefined && secret === undefined) return undefined;
  if (key === undefined || secret === undefined) throw new DemoError(`Give both ${keyName} and ${secretName}.`);
  return { key, secret };
}

/** An API that listens on every address is reached on this machine's own. */
function hostOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
