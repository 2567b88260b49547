import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCurlConfigs } from "../../scripts/launcher/ready.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tripline-curl-"));
});
afterAll(() => rm(folder, { recursive: true }));

const KEY = 'header = "X-Api-Key: tk_1"\nheader = "X-Api-Secret: ts_2"\n';

test.each([
  ["curl.conf", `${KEY}header = "Content-Type: application/json"\n`],
  ["key.conf", KEY],
])("%s holds the key for curl, for nobody else to read", async (name, text) => {
  expect(await writeCurlConfigs(folder, { key: "tk_1", secret: "ts_2" })).toBe(join(folder, "curl.conf"));
  expect(await readFile(join(folder, name), "utf8")).toBe(text);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});
