import { expect } from "vitest";
import { workPage } from "../../../db/jobs/workPage.ts";
import type { Answer, Client, TestApi } from "./testApi.ts";

/** Posts a file. */
export function upload(
  client: Client,
  csv: string | Uint8Array | ReadableStream,
  { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const type = { "Content-Type": "text/csv" };
  return client.send("POST", `/v1/imports/customers${query}`, { raw: csv, headers: { ...type, ...headers } });
}

/** Works on a job to its end, as the worker's activity does, and answers it with all its results (at most 500). */
export async function finish(api: TestApi, client: Client, jobId: string): Promise<Answer["body"]> {
  for (let status = "running"; status === "running"; ) {
    ({ status } = await workPage(api.database.sql, client.organizationId, jobId));
  }
  const { status, body } = await client.get(`/v1/jobs/${jobId}?limit=500`);
  expect(status).toBe(200);
  return body;
}

/** Imports a file to the end. */
export async function importCsv(api: TestApi, client: Client, csv: string, query = ""): Promise<Answer["body"]> {
  const answer = await upload(client, csv, { query });
  if (answer.status !== 202) throw new Error(`The import answered ${answer.status} ${answer.text}`);
  return finish(api, client, answer.body.id);
}

/** The export as rows of a plain file: no cell of it may hold line breaks, quotes or the delimiter. */
export async function exported(client: Client, query = ""): Promise<string[][]> {
  const answer = await client.get(`/v1/exports/customers${query}`);
  expect(answer.status).toBe(200);
  return answer.text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}
