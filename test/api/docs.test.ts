import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createTestApi, type TestApi } from "./support/testApi.ts";

const read = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const page = (name: string) => read(`docs/${name}.md`);
const ORIGIN = "http://127.0.0.1:3000";

let api: TestApi;
let admin: Client;
beforeAll(async () => {
  api = await createTestApi();
  admin = await api.organization();
});
afterAll(() => api.close());

/** A page's command, split into words, with what its alias puts before them. */
interface Command {
  alias: string;
  words: string[];
}

/** What the aliases of the pages stand for: headers of the configuration files that `npm start` writes, and of their own. */
const ALIASES: Record<string, { definition: string; headers: string[] }> = {
  api: { definition: "alias api='curl -sS -K .data/curl.conf'", headers: ["Content-Type: application/json"] },
  csv: {
    definition: `alias csv='curl -sS -K .data/key.conf -H "Content-Type: text/csv"'`,
    headers: ["Content-Type: text/csv"],
  },
};

/** The commands that begin with an alias; quoted words may hold line breaks. */
function commands(page: string): Command[] {
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block!);
  const found = blocks.flatMap((block) =>
    [...block.matchAll(/^(api|csv) ((?:[^'\n]|'[^']*')*)$/gm)].map(([, alias, line]) => ({
      alias: alias!,
      words: [...line!.replace(/ # .*$/, "").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!),
    })),
  );
  for (const { alias } of found) expect(page).toContain(ALIASES[alias]!.definition);
  return found;
}

/** The files that a page writes before it sends them, by name. */
function filesOf(page: string): Map<string, string> {
  const files = page.matchAll(/^cat > (\S+) <<'(\w+)'\n(.*?)^\2$/gms);
  return new Map([...files].map(([, name, , text]) => [name!, text!]));
}

/** What curl would send for this command. */
function requestOf(
  { alias, words }: Command,
  files: ReadonlyMap<string, string>,
): { method: string; path: string; body?: string; headers: Record<string, string> } {
  const allAfter = (option: string) => words.filter((_, place) => words[place - 1] === option);
  const after = (option: string) => allAfter(option)[0];
  const url = new URL(words.find((word) => word.startsWith(ORIGIN))!);
  const asQuery = words.includes("-G") ? [...allAfter("--data-urlencode"), ...allAfter("-d")] : [];
  for (const pair of asQuery) url.searchParams.set(pair.split("=")[0]!, pair.slice(pair.indexOf("=") + 1));
  const file = after("--data-binary");
  const body = words.includes("-G") ? undefined : (after("-d") ?? (file && files.get(file.slice(1))));
  const headers = [...ALIASES[alias]!.headers, ...allAfter("-H")].map((line) => line.split(": ") as [string, string]);
  // curl sends both where a header is given twice, and it is the first that counts.
  expect(new Set(headers.map(([name]) => name)).size, words.join(" ")).toBe(headers.length);
  return {
    method: after("-X") ?? (body === undefined ? "GET" : "POST"),
    path: url.pathname + url.search,
    ...(body === undefined ? {} : { body }),
    headers: Object.fromEntries(headers),
  };
}

/** Fails where one is not answered with success. `PREVIOUS` stands for the first id of the answer before. */
async function sendAll(all: Command[], files: ReadonlyMap<string, string> = new Map()): Promise<void> {
  let previous = "";
  for (const command of all) {
    const { method, path, body, headers } = requestOf(command, files);
    const options = { ...(body === undefined ? {} : { raw: body }), headers };
    const answer = await admin.send(method, path.replace("PREVIOUS", previous), options);
    expect(answer.status, `${command.words.join(" ")}: ${answer.text}`).toBeLessThan(300);
    previous = /"id":"(.+?)"/.exec(answer.text)?.[1] ?? "";
  }
}

test("every command of the README works as it stands, with the ids that its answers give", async () => {
  const all = commands((await read("README.md")).replaceAll(/<id of .+?>/g, "PREVIOUS"));
  expect(all).toHaveLength(8);
  await sendAll(all);
  const { rules } = (await admin.get("/v1/rules?status=active")).body;
  expect(rules).toMatchObject([{ name: "Big balance" }]);
  expect((await admin.get("/v1/customers/external:C-1")).body).toMatchObject({ outstanding: 600_000 });
});

test("every command on the page of backfills works as it stands, with the id of a rule", async () => {
  const actions = [{ type: "assignWorkflow", workflowId: null }];
  const rule = await admin.make("/v1/rules", { name: "Any", trigger: { type: "customerCreated" }, actions });
  await admin.make(`/v1/rules/${rule.id}/activate`, {});
  const all = commands((await page("backfills")).replaceAll("<rule>", rule.id));
  expect(all).toHaveLength(3);
  await sendAll(all);
});

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
