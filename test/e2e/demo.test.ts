import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../helpers/stack.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

/** Parts of what the demo prints, in their order; none of them moves with the calendar. */
const TOLD = [
  "12 users, 6 custom fields, 5 collection workflows, 3 payment methods",
  "customers    500/500",
  "0 rule runs: a change is judged by the rules that were active when it was written",
  "1  Hopeless payers go to the agency",
  "10  Welcome",
  "Live: 19 writes in 3 rounds",
  "Invoice of 3,000.00 EUR: outstanding 4,000 → 7,000",
  "✔ Big balance in euro",
  "workflow  Standard dunning → Strict dunning",
  "Payment of 1,000.00 EUR: outstanding 7,000 → 6,000",
  "none of 10 rules matched",
  'Segment is now "B2B, B2C"',
  "✔ Serves both segments",
  'Segment is now "b2b, b2c"',
  "none of 10 rules matched",
  "The billing system sets Premium care over the API, which outranks rules",
  "○ Big balance in euro, skipped (overruled)",
  "gone.colleague@demo.example is no user",
  "No match: a threshold fires on the crossing only.",
  "✘ filter   currency is EUR  actual GBP",
  'Matched, but "Hopeless payers go to the agency" stands higher in the list and wins the slot.',
  "is over its credit limit",
  "/v1/customers/external:C-0001/timeline",
];

it("the demo loads the sample company over the API and tells what fired, for whom and why", async () => {
  const { stdout } = await run(process.execPath, ["--import", "tsx", "scripts/demo.ts", "--api", stack.apiUrl], {
    ...{ cwd: ROOT, timeout: 150_000 },
    env: { ...process.env, ...stack.env, NO_COLOR: "1" },
  });
  const text = stdout.replaceAll(/\s+/g, " ");
  let at = 0;
  for (const part of TOLD) {
    const found = text.indexOf(part.replaceAll(/\s+/g, " "), at);
    expect(found, `${part}, in\n${stdout}`).toBeGreaterThanOrEqual(0);
    at = found + 1;
  }
});

it("the demo without a Tripline, or with a wrong key, ends with a sentence", async () => {
  const ended = (...args: string[]) =>
    run(process.execPath, ["--import", "tsx", "scripts/demo.ts", ...args], { cwd: ROOT, timeout: 60_000 }).then(
      () => "it went well",
      ({ stderr, code }: { stderr: string; code: number }) => `${code}: ${stderr.trim()}`,
    );
  expect(await ended("--api", "http://127.0.0.1:9")).toMatch(
    /^1: Nothing answers at http:\/\/127\.0\.0\.1:9 .*\nStart Tripline/,
  );
  const wrong = ["--api", stack.apiUrl, "--key", "tk_wrong", "--secret", "ts_wrong"];
  expect(await ended(...wrong)).toBe("1: The key was refused. Give --key and --secret of an admin key.");
});
