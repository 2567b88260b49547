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

/** What curl would send for these words. */
function requestOf(words: string[]): { method: string; path: string; body?: string; headers: Record<string, string> } {
  const after = (option: string) => {
    const place = words.indexOf(option);
    return place < 0 ? undefined : words[place + 1];
  };
  const url = new URL(words.find((word) => word.startsWith(ORIGIN))!);
  const query = after("--data-urlencode");
  if (query !== undefined) url.searchParams.set(query.split("=")[0]!, query.slice(query.indexOf("=") + 1));
  const body = after("-d");
  const header = after("-H");
  return {
    method: after("-X") ?? (body === undefined ? "GET" : "POST"),
    path: url.pathname + url.search,
    ...(body === undefined ? {} : { body }),
    headers: header === undefined ? {} : { [header.split(": ")[0]!]: header.split(": ")[1]! },
  };
}

/** Fails where one is not answered with success. */
async function sendAll(all: string[][]): Promise<void> {
  for (const words of all) {
    const { method, path, body, headers } = requestOf(words);
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
