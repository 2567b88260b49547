import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Download } from "../../scripts/launcher/keptPrograms.ts";
import { findTemporalCli } from "../../scripts/temporalCli.ts";

const WORKS = "#!/bin/sh\necho 'temporal version 1.9.1 (Server 1.32.0)'\n";
const BROKEN = "#!/bin/sh\necho 'Segmentation fault' >&2; exit 139\n";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tripline-cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...parts: string[]) => join(folder, ...parts);
const settings = () => ({
  TEMPORAL_CLI_PATH: undefined as string | undefined,
  PATH: [at("path-one"), at("path-two")].join(delimiter),
  DATA_DIR: at("data"),
  cacheDir: at("cache"),
});

async function put(file: string, content: string, mode = 0o755) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
  return file;
}

function download(name: string, content: string | Error): Download & { calls: number } {
  const self = {
    name,
    calls: 0,
    fetch: async (into: string) => {
      self.calls++;
      if (content instanceof Error) throw content;
      return put(join(into, "temporal-as-downloaded"), content);
    },
  };
  return self;
}

test("the places are asked in their order and the first program that runs wins", async () => {
  const places = [
    at("path-one", "temporal"),
    at("path-two", "temporal"),
    at("data", "bin", "temporal"),
    at("cache", "temporal"),
  ];
  const named = await put(at("named"), WORKS);
  for (const place of places) await put(place, WORKS);
  const none = { downloads: [] };
  expect(await findTemporalCli({ ...settings(), TEMPORAL_CLI_PATH: named }, none)).toBe(named);
  for (const place of places) {
    expect(await findTemporalCli(settings(), none)).toBe(place);
    await rm(place);
  }
});

test("a named program that does not run is an error, not a reason to look elsewhere", async () => {
  await put(at("path-one", "temporal"), WORKS);
  const TEMPORAL_CLI_PATH = await put(at("named"), BROKEN);
  await expect(findTemporalCli({ ...settings(), TEMPORAL_CLI_PATH })).rejects.toThrow(
    /TEMPORAL_CLI_PATH.*Segmentation/,
  );
});

test("programs that do not run are passed over", async () => {
  await put(at("path-one", "temporal"), BROKEN);
  await put(at("path-two", "temporal"), WORKS, 0o644);
  const good = await put(at("data", "bin", "temporal"), WORKS);
  expect(await findTemporalCli(settings(), { downloads: [] })).toBe(good);
});

test("a download that works is kept in the cache folder, outside the data folder, and used again", async () => {
  const failing = download("first", new Error("no network"));
  const working = download("second", WORKS);
  const downloads = [failing, working];
  expect(await findTemporalCli(settings(), { downloads })).toBe(at("cache", "temporal"));
  expect(await findTemporalCli(settings(), { downloads })).toBe(at("cache", "temporal"));
  expect([failing.calls, working.calls]).toEqual([1, 1]);
  expect(await readdir(at("cache"))).toEqual(["temporal"]);
});

test("a download that does not run is not kept, and the next one is tried", async () => {
  const downloads = [download("first", BROKEN), download("second", WORKS)];
  expect(await findTemporalCli(settings(), { downloads })).toBe(at("cache", "temporal"));
});

test("when nothing is found, the error lists everything tried and what to do", async () => {
  await put(at("path-one", "temporal"), BROKEN);
  const downloads = [download("the first way", new Error("no network")), download("the second way", BROKEN)];
  const error = await findTemporalCli(settings(), { downloads }).catch((thrown: Error) => thrown);
  expect(error).toBeInstanceOf(Error);
  for (const part of [
    "TEMPORAL_CLI_PATH is not set",
    at("path-one", "temporal"),
    at("data", "bin"),
    at("cache"),
    "the first way: no network",
    "the second way: the downloaded program does not run",
    "TEMPORAL_ADDRESS",
  ]) {
    expect(String(error)).toContain(part);
  }
  expect(await readdir(at("cache"))).toEqual([]);
});
