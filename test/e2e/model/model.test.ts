import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../../helpers/stack.ts";
import { steps } from "./commands.ts";
import { Model } from "./model.ts";
import { Real } from "./real.ts";

const RUNS = 10;
/** The same sequences every time; change it to look further. */
const SEED = 20260105;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

it("whatever is written, switched, killed and backfilled, assignments, runs and messages end as the model's", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (commands) => {
      const model = new Model();
      const real = await Real.open(stack);
      await fc.asyncModelRun(() => ({ model, real }), commands);
      const { customers, runs, messages } = await real.outcome();
      expect(customers).toEqual(
        [...model.customers.values()]
          .map(({ name, workflow, owner, version }) => ({ name, workflow, owner: owner?.source ?? null, version }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      );
      expect(runs).toEqual(
        model.runs
          .filter(({ kind }) => kind === "change")
          .map(({ customer, version, rule, status, actions }) =>
            JSON.stringify({ customer, version, rule, status, actions }),
          )
          .sort(),
      );
      expect(messages).toEqual([...model.messages].sort());
    }),
    { numRuns: RUNS, endOnFailure: true, seed: SEED },
  );
}, 900_000);
