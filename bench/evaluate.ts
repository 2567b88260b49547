import { readFile } from "node:fs/promises";
import { compileRuleset, evaluate, type FactsChange } from "../rules/evaluate.ts";
import type { CompileContext } from "../rules/fields.ts";
import { balanceChanges, ruleset, VARIANTS, variedFacts } from "./evaluate/changes.ts";
import { type ContendingEngine, contenders } from "./evaluate/engines.ts";
import { type Contender, keep, type Measured, machine, measure } from "./measure.ts";

const ROUNDS = 15;

/** Measures the rule core: twenty conditions beside other engines, and a thousand rules beside the ten that can match. */
export async function run(): Promise<void> {
  const { cpu, cores, node, platform } = machine();
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}; medians of ${ROUNDS} interleaved rounds\n`);
  const engines = contenders();
  const versions = Object.fromEntries(await Promise.all(engines.flatMap(versionOf)));
  const conditions = await twentyConditions(engines);
  const rules = await thousandRules();
  await keep("evaluate", { versions, conditions, rules });
}

async function twentyConditions(engines: readonly ContendingEngine[]) {
  const all = variedFacts();
  const holding = await sameVerdicts(engines);
  console.log(
    `20 conditions, ${VARIANTS} different customers, all hold for ${holding}; every engine gives the same verdicts`,
  );
  const measured = await measure(
    engines.map((engine) => contender(engine, all)),
    ROUNDS,
  );
  return print(measured, "evaluations/s");
}

/** Runs one engine over the facts in turn. What it answers is summed up, so that no call can be left out. */
function contender({ name, test }: ContendingEngine, all: ReturnType<typeof variedFacts>): Contender {
  if (name === "json-rules-engine") {
    const runAsync = async (count: number) => {
      let held = 0;
      for (let n = 0; n < count; n++) if (await test(all[n % VARIANTS]!)) held++;
      return held;
    };
    return { name, run: runAsync };
  }
  const run = (count: number) => {
    let held = 0;
    for (let n = 0; n < count; n++) if (test(all[n % VARIANTS]!)) held++;
    return held;
  };
  return { name, run };
}

async function sameVerdicts(engines: readonly ContendingEngine[]): Promise<number> {
  let holding = 0;
  for (const facts of variedFacts()) {
    const verdicts = await Promise.all(engines.map(({ test }) => test(facts)));
    if (new Set(verdicts).size > 1) throw new Error(`engines disagree on ${facts.externalId}: ${verdicts.join(", ")}`);
    if (verdicts[0]) holding++;
  }
  return holding;
}

async function thousandRules() {
  const context: CompileContext = {
    timeZone: "UTC",
    customFields: new Map([["plan", { key: "plan", label: "Plan", type: "SELECT", options: ["Premium", "Gold"] }]]),
  };
  const many = ruleset(1_000, 10);
  const few = many.filter((_, place) => place % 100 === 0);
  const changes = balanceChanges();
  const contend = (name: string, rules: typeof many): Contender => {
    const compiled = compileRuleset(rules, context);
    return { name, run: (count) => matches(compiled, changes, count) };
  };
  if (
    matches(compileRuleset(many, context), changes, VARIANTS) !==
    matches(compileRuleset(few, context), changes, VARIANTS)
  ) {
    throw new Error("the thousand rules match otherwise than the ten");
  }
  console.log("\none change against rules, 10 of which can match by trigger and changed field");
  const measured = await measure([contend("the 10 alone", few), contend("1,000 with these 10", many)], ROUNDS);
  return print(measured, "changes/s");
}

function matches(compiled: ReturnType<typeof compileRuleset>, changes: readonly FactsChange[], count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += evaluate(compiled, changes[n % VARIANTS]!).matched.length;
  return sum;
}

/** Prints rates and how many times slower than the first each is. */
function print(measured: readonly Measured[], unit: string) {
  const first = measured[0]?.median ?? Number.NaN;
  const rows = measured.map((each) => ({ ...each, timesSlower: first / each.median }));
  for (const { name, median, min, max, timesSlower } of rows) {
    const range = `${whole(min)} to ${whole(max)}`;
    console.log(
      `  ${name.padEnd(30)} ${whole(median).padStart(11)} ${unit}  ×${timesSlower.toFixed(2)} slower  (${range})`,
    );
  }
  return rows.map(({ name, median, min, max, timesSlower }) => ({
    ...{ name, median: Math.round(median), min: Math.round(min), max: Math.round(max) },
    timesSlower: Number(timesSlower.toFixed(3)),
  }));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function versionOf({ packageName }: ContendingEngine): Promise<[string, string]>[] {
  return packageName === null ? [] : [readVersion(packageName)];
}

async function readVersion(name: string): Promise<[string, string]> {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version: string } = JSON.parse(await readFile(file, "utf8"));
  return [name, version];
}
