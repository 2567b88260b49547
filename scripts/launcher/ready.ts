import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type ApiKey, headersOf } from "./readyKey.ts";

/** Where everything serves. `temporalUi` is missing for a Temporal of one's own. */
export interface Addresses {
  api: string;
  temporal: string;
  temporalUi?: string;
  postgres: string;
}

/**
 * Keeps the key as curl configurations (mode 0600), so that the commands below work in every shell as they stand: `curl.conf`, which
 * is answered, for JSON, and `key.conf` for other bodies. curl would send a second content type beside that of its configuration.
 */
export async function writeCurlConfigs(dataDir: string, key: ApiKey): Promise<string> {
  const write = async (name: string, headers: Record<string, string>) => {
    const lines = Object.entries(headers).map(([name, value]) => `header = "${name}: ${value}"\n`);
    const file = join(dataDir, name);
    await writeFile(file, lines.join(""), { mode: 0o600 });
    return file;
  };
  await write("key.conf", headersOf(key));
  return write("curl.conf", { ...headersOf(key), "Content-Type": "application/json" });
}

/** What a person wants to know once everything serves, ending with the one line that programs look for. */
export function readyText(info: {
  addresses: Addresses;
  key: ApiKey;
  root: ApiKey;
  curlConfig: string;
  dataDir: string;
}): string {
  const { addresses, key, root, curlConfig, dataDir } = info;
  const curl = `curl -sSK '${shortest(curlConfig)}'`;
  const rule = {
    name: "Big balance",
    trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500000 },
    filters: [],
    actions: [{ type: "assignWorkflow", workflowId: "<id>" }],
  };
  return `
Tripline runs. Stop it with Ctrl-C; started again it goes on where it was.

  API            ${addresses.api}    described at ${addresses.api}/docs
  Temporal       ${addresses.temporal}${addresses.temporalUi ? `    its UI: ${addresses.temporalUi}` : ""}
  Postgres       ${addresses.postgres}
  data and logs  ${dataDir}

  Your API key, of the organization "My company":
    X-Api-Key: ${key.key}
    X-Api-Secret: ${key.secret}
  The root key, for /admin/organizations only:
    X-Api-Key: ${root.key}
    X-Api-Secret: ${root.secret}

What to try:
  npm run demo        loads a sample company and shows rules at work
  A first rule by hand: a collection workflow, then a rule with the id it was given, then switch it on:
    ${curl} ${addresses.api}/v1/workflows -d '{"name": "Escalation"}'
    ${curl} ${addresses.api}/v1/rules -d '${JSON.stringify(rule)}'
    ${curl} ${addresses.api}/v1/rules/<rule id>/activate -d '{"applyToExisting": "none"}'

${readyLine(addresses)}
`;
}

/** The line by which a program knows that everything serves. */
export function readyLine(addresses: Addresses): string {
  const pairs = Object.entries(addresses).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `tripline ready {${pairs.join(", ")}}`;
}

function shortest(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith("..") ? file : fromHere;
}
