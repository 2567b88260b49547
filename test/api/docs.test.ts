import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

const page = (name: string) => readFile(fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)), "utf8");
const ORIGIN = "http://127.0.0.1:3000";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

/** The words of each command that begins with `api `; quoted ones may hold line breaks. */
function commands(page: string): string[][] {
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);
  return blocks.flatMap((block) =>
    [...block.matchAll(/^api ((?:[^'\n]|'[^']*')*)$/gm)].map(([, line]) =>
      [...line!.replace(/ # .*$/, "").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!),
    ),
  );
}

/** The files that a page writes before it sends them, by name. */
function filesOf(page: string): Map<string, string> {
  const files = page.matchAll(/^cat > (\S+) <<'(\w+)'\n(.*?)^\2$/gms);
  return new Map([...files].map(([, name, , text]) => [name!, text!]));
}

/** What curl would send for these words. */
function requestOf(
  words: string[],
  files: ReadonlyMap<string, string>,
): { method: string; path: string; body?: string; headers: Record<string, string> } {
  const allAfter = (option: string) => words.filter((_, place) => words[place - 1] === option);
  const after = (option: string) => allAfter(option)[0];
  const url = new URL(words.find((word) => word.startsWith(ORIGIN))!);
  const asQuery = words.includes("-G") ? [...allAfter("--data-urlencode"), ...allAfter("-d")] : [];
  for (const pair of asQuery) url.searchParams.set(pair.split("=")[0]!, pair.slice(pair.indexOf("=") + 1));
  const file = after("--data-binary");
  const body = words.includes("-G") ? undefined : (after("-d") ?? (file && files.get(file.slice(1))));
  const header = after("-H");
  return {
    method: after("-X") ?? (body === undefined ? "GET" : "POST"),
    path: url.pathname + url.search,
    ...(body === undefined ? {} : { body }),
    headers: header === undefined ? {} : { [header.split(": ")[0]!]: header.split(": ")[1]! },
  };
}

/** Fails where one is not answered with success. */
async function sendAll(all: string[][], files: ReadonlyMap<string, string> = new Map()): Promise<void> {
  for (const words of all) {
    const { method, path, body, headers } = requestOf(words, files);
    const answer = await admin.send(method, path, { ...(body === undefined ? {} : { raw: body }), headers });
    expect(answer.status, `${words.join(" ")}: ${answer.text}`).toBeLessThan(300);
  }
}

test("every command on the page of notifications works as it stands", async () => {
  const all = commands(await page("notifications"));
  expect(all).toHaveLength(5);
  await sendAll(all);
});

test("every command on the page of the API works as it stands, one after the other", async () => {
  const all = commands(await page("api"));
  expect(all.length).toBeGreaterThan(25);
  await sendAll(all);
  const customer = (await admin.get("/v1/customers/external:A-1")).body;
  expect(customer).toMatchObject({ name: "Globex Corp", city: "Cypress Creek", outstanding: 2_900 });
});

test("every command on the page of rules works as it stands", async () => {
  const all = commands(await page("rules"));
  expect(all).toHaveLength(3);
  await sendAll(all);
});

test("every command on the page of imports and exports works as it stands", async () => {
  const text = await page("importing");
  const all = commands(text);
  expect(all).toHaveLength(11);
  await sendAll(all, filesOf(text));
  const { jobs } = (await admin.get("/v1/jobs?limit=3")).body;
  expect(jobs).toMatchObject([
    { kind: "customerActions", dryRun: false },
    { kind: "customerImport", dryRun: false, columns: expect.arrayContaining(["Tier"]), progress: { total: 2 } },
    { kind: "customerImport", dryRun: true },
  ]);
});
