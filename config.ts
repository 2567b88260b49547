import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

/** A wrong environment; the message names every mistake, one sentence per variable. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

const port = z.coerce.number("must be a port number").int("must be a whole number").min(1).max(65_535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1");
const headerText = z.string().regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");

const environmentSchema = z.object({
  PORT: port.default(3000),
  HOST: z.string().default("127.0.0.1"),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, "must look like postgres://user:password@host:5432/database")
    .optional(),
  /** Connections per process; evaluation slots stay at least 4 below it. */
  DATABASE_POOL_SIZE: count(5, 1_000).default(20),
  POSTGRES_PORT: port.optional(),
  TEMPORAL_PORT: port.optional(),
  TEMPORAL_UI_PORT: port.optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, "must look like host:7233, without a scheme")
    .optional(),
  TEMPORAL_NAMESPACE: z.string().default("default"),
  TEMPORAL_API_KEY: z.string().optional(),
  /** An API key or any other TEMPORAL_TLS_* turns TLS on by itself. */
  TEMPORAL_TLS: flag.optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_TLS_CA_PATH: z.string().optional(),
  TEMPORAL_TLS_CERT_PATH: z.string().optional(),
  TEMPORAL_TLS_KEY_PATH: z.string().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TASK_QUEUE: z.string().default("tripline"),
  ROOT_API_KEY: headerText.optional(),
  ROOT_API_SECRET: headerText.optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, "must look like smtp://user:password@host:587")
    .optional(),
  /** Who mail comes from; the part after @ ends the Message-ID too. */
  SMTP_FROM: z
    .string()
    .regex(/^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/, "must look like Name <address@host>")
    .default("Tripline <tripline@localhost>"),
  /** Per API key; 0 means no limit. */
  RATE_LIMIT_PER_MINUTE: count(0, 1_000_000).default(600),
  ALLOW_PRIVATE_WEBHOOKS: flag.default(false),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** Folders in which programs are looked for. */
  PATH: z.string().default(""),
  npm_lifecycle_event: z.string().optional(),
});

/** The settings, under the names of their variables. Paths are absolute. */
export interface Config extends z.infer<typeof environmentSchema> {
  /** From which level on `npm start` shows the lines of worker and API: LOG_LEVEL when it is set, else warn. */
  shownLogLevel: z.infer<typeof environmentSchema>["LOG_LEVEL"];
  /** What is downloaded once for every checkout of this account. */
  cacheDir: string;
}

/**
 * Reads and checks the whole environment; an empty variable counts as not set.
 * Throws a ConfigError that names every mistake at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = environmentSchema.safeParse(set);
  const mistakes = [...(parsed.error?.issues.map(describe) ?? []), ...pairMistakes(set)];
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes.join("\n"));
  return {
    ...parsed.data,
    DATA_DIR: resolve(parsed.data.DATA_DIR),
    TEMPORAL_TLS:
      parsed.data.TEMPORAL_TLS ??
      ["TEMPORAL_API_KEY", "TEMPORAL_TLS_CA_PATH", "TEMPORAL_TLS_CERT_PATH", "TEMPORAL_TLS_SERVER_NAME"].some(
        (name) => name in set,
      ),
    shownLogLevel: "LOG_LEVEL" in set ? parsed.data.LOG_LEVEL : "warn",
    cacheDir: join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "tripline"),
  };
}

function describe(issue: { path: PropertyKey[]; message: string }): string {
  return `${issue.path.map(String).join(".")}: ${issue.message}.`;
}

/** Variables that only make sense together. */
function pairMistakes(set: NodeJS.ProcessEnv): string[] {
  const together = [
    ["ROOT_API_KEY", "ROOT_API_SECRET"],
    ["TEMPORAL_TLS_CERT_PATH", "TEMPORAL_TLS_KEY_PATH"],
  ];
  return together
    .filter((names) => names.filter((name) => name in set).length === 1)
    .map(([one, other]) => `${one} and ${other}: set both or neither.`);
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && ["postgres:", "postgresql:"].includes(new URL(text).protocol);
}
