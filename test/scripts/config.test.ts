import { isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../config.ts";

test("an empty environment gives the defaults", () => {
  const config = loadConfig({});
  expect(config).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", RATE_LIMIT_PER_MINUTE: 600, TASK_QUEUE: "tripline" });
  expect(config).toMatchObject({ TEMPORAL_NAMESPACE: "default", ALLOW_PRIVATE_WEBHOOKS: false, TEMPORAL_TLS: false });
  expect(isAbsolute(config.DATA_DIR)).toBe(true);
  expect(config.DATABASE_URL).toBeUndefined();
});

test("every mistake is named at once, one line per variable", () => {
  const env = { PORT: "70000", POSTGRES_PORT: "x", DATABASE_URL: "mysql://h/d", LOG_LEVEL: "loud", ROOT_API_KEY: "k" };
  const lines = mistakesOf(env);
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "PORT",
    "DATABASE_URL",
    "POSTGRES_PORT",
    "LOG_LEVEL",
    "ROOT_API_KEY and ROOT_API_SECRET",
  ]);
});

const refused: [string, NodeJS.ProcessEnv][] = [
  ["a port that is no number", { PORT: "http" }],
  ["a Temporal address with a scheme", { TEMPORAL_ADDRESS: "https://temporal.example:7233" }],
  ["a negative rate limit", { RATE_LIMIT_PER_MINUTE: "-1" }],
  ["a switch that is neither on nor off", { ALLOW_PRIVATE_WEBHOOKS: "yes" }],
  ["a pool too small to evaluate with", { DATABASE_POOL_SIZE: "4" }],
  ["a client certificate without its key", { TEMPORAL_TLS_CERT_PATH: "/c.pem" }],
  ["a mail server that is no SMTP URL", { SMTP_URL: "mail.acme.test:25" }],
  ["a sender that is no address", { SMTP_FROM: "Tripline" }],
  ["a root key that no header can carry", { ROOT_API_KEY: "a b", ROOT_API_SECRET: "s" }],
];

test.each(refused)("%s is refused", (_, env) => {
  expect(mistakesOf(env)).toHaveLength(1);
});

const accepted: [string, NodeJS.ProcessEnv, object][] = [
  ["an empty variable counts as not set", { PORT: "", DATABASE_URL: "", ROOT_API_KEY: "" }, { PORT: 3000 }],
  ["a sender without a name", { SMTP_FROM: "ar@acme.test" }, { SMTP_FROM: "ar@acme.test" }],
  ["no rate limit", { RATE_LIMIT_PER_MINUTE: "0" }, { RATE_LIMIT_PER_MINUTE: 0 }],
  ["an API key turns TLS on", { TEMPORAL_API_KEY: "k" }, { TEMPORAL_TLS: true }],
  ["TLS can be kept off", { TEMPORAL_API_KEY: "k", TEMPORAL_TLS: "false" }, { TEMPORAL_TLS: false }],
  ["npm start shows warnings unless told otherwise", {}, { LOG_LEVEL: "info", shownLogLevel: "warn" }],
  ["a given log level is shown as well", { LOG_LEVEL: "debug" }, { LOG_LEVEL: "debug", shownLogLevel: "debug" }],
];

test.each(accepted)("%s", (_, env, expected) => {
  expect(loadConfig(env)).toMatchObject(expected);
});

function mistakesOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
  return [];
}
