import { z } from "zod";
import { readSecrets, saveSecrets } from "./secrets.ts";
import { StartError } from "./startError.ts";

/** An API key as its headers want it. */
export interface ApiKey {
  key: string;
  secret: string;
}

const createdSchema = z.object({ apiKey: z.object({ key: z.string(), secret: z.string() }) });

/**
 * The API key that the first start makes, with an organization "My company" around it; later starts find it in
 * secrets.json. Where the database does not know that key (it was replaced), a new organization is made.
 */
export async function readyMadeKey(api: string, root: ApiKey, dataDir: string): Promise<ApiKey> {
  const known = (await readSecrets(dataDir)).organizationKey;
  if (known && (await isKnown(api, known))) return known;
  const response = await fetch(`${api}/admin/organizations`, {
    method: "POST",
    headers: { ...headersOf(root), "Content-Type": "application/json" },
    body: JSON.stringify({ name: "My company", owner: { email: "owner@example.com", name: "Owner" } }),
  });
  const text = await response.text();
  if (response.status !== 201) {
    throw new StartError(`The first organization could not be made: the API answered ${response.status} ${text}`);
  }
  const { key, secret } = createdSchema.parse(JSON.parse(text)).apiKey;
  await saveSecrets(dataDir, { organizationKey: { key, secret } });
  return { key, secret };
}

/** The two headers that every request carries. */
export function headersOf({ key, secret }: ApiKey): Record<string, string> {
  return { "X-Api-Key": key, "X-Api-Secret": secret };
}

async function isKnown(api: string, key: ApiKey): Promise<boolean> {
  const response = await fetch(`${api}/v1/organization`, { headers: headersOf(key) });
  await response.arrayBuffer();
  return response.status !== 401;
}
