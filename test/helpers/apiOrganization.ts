import type { Sql } from "../../db/client.ts";
import type { RuleDraft } from "../../rules/schema.ts";
import type { ChannelKind } from "../../workflows/contract.ts";
import { ApiClient, type Credentials } from "./apiClient.ts";
import { eventually, type PollOptions } from "./poll.ts";

/** An organization made over HTTP, with its first key (scope admin, source api). */
export interface ApiOrganization {
  id: string;
  api: ApiClient;
  /** The same key acting for the console. */
  console: ApiClient;
  /** Each makes a thing and answers its id. */
  workflow(name: string): Promise<string>;
  user(email: string): Promise<string>;
  field(key: string, type: string, options?: string[]): Promise<string>;
  channel(channel: { name?: string; kind: ChannelKind; url?: string; secret?: string }): Promise<string>;
  /** Saves and activates rules, each after the one before. Answers their ids. */
  activate(...rules: RuleDraft[]): Promise<string[]>;
  /** Resolves when every change is evaluated and every run has ended. */
  settled(options?: PollOptions): Promise<void>;
}

interface Made {
  id: string;
}

export async function createApiOrganization(
  root: ApiClient,
  sql: Sql,
  settings: { name?: string; timeZone?: string; currency?: string } = {},
): Promise<ApiOrganization> {
  const owner = { email: "owner@acme.test", name: "Owner" };
  const made = await root.post<Made & { apiKey: Credentials }>("/admin/organizations", {
    ...{ name: "Acme", timeZone: "UTC", currency: "EUR", owner },
    ...settings,
  });
  const api = new ApiClient(root.baseUrl, made.apiKey);
  const make = async (path: string, body: unknown) => (await api.post<Made>(path, body)).id;
  return {
    id: made.id,
    api,
    console: api.with({ "X-Source": "manual" }),
    workflow: (name) => make("/v1/workflows", { name }),
    user: (email) => make("/v1/users", { email, name: email, role: "member", position: "accountManager" }),
    field: (key, type, options) => make("/v1/custom_fields", { key, label: key, type, ...(options && { options }) }),
    channel: (channel) => make("/v1/channels", { name: channel.kind, ...channel }),
    activate: async (...rules) => {
      const ids: string[] = [];
      for (const rule of rules) {
        const id = await make("/v1/rules", rule);
        await api.post(`/v1/rules/${id}/activate`);
        ids.push(id);
      }
      return ids;
    },
    settled: (options) => settled(sql, made.id, options),
  };
}

async function settled(sql: Sql, organizationId: string, options: PollOptions = {}): Promise<void> {
  const look = async () => {
    const [queue] = await sql<{ open: boolean }[]>`
      select exists (select from change_queue where organization_id = ${organizationId}) as open`;
    if (queue?.open) return false;
    const [runs] = await sql<{ open: boolean }[]>`
      select exists (
        select from rule_runs where organization_id = ${organizationId} and status in ('planned', 'running', 'waiting')) as open`;
    return runs?.open === false;
  };
  await eventually(look, { timeoutMs: 120_000, message: "evaluated changes and ended runs", ...options });
}
