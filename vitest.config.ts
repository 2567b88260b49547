import { configDefaults, defineConfig } from "vitest/config";

/** Tests that need a Postgres or a Temporal, which the global set-up starts once for all of them. */
const SYSTEM = [
  "test/db/**/*.test.ts",
  "test/api/**/*.test.ts",
  "test/workflows/**/*.test.ts",
  "test/rules/agreement*.test.ts",
  "test/scripts/**/*.test.ts",
  "test/e2e/**/*.test.ts",
];

/** Slower proofs that start whole Triplines and kill them: `npm run test:chaos`. */
const CHAOS = [
  "test/e2e/chaos/**/*.test.ts",
  "test/e2e/jobs.test.ts",
  "test/e2e/schedules.test.ts",
  "test/scripts/start*.test.ts",
];

/** Random sequences of everything against a model in memory: `npm run test:model`. */
const MODEL = ["test/e2e/model/**/*.test.ts"];

const withServers = {
  environment: "node" as const,
  globalSetup: ["test/helpers/globalSetup.ts"],
  // Beyond what tests wait for themselves (test/helpers/poll.ts), who can say what did not come about.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  maxWorkers: 2,
  pool: "forks" as const,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...SYSTEM],
          environment: "node",
          // Property tests among them: seconds of work on a machine that has other things to do.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "system",
          include: SYSTEM,
          exclude: [...configDefaults.exclude, ...CHAOS, ...MODEL],
          // After the unit tests, which then have the machine to themselves.
          sequence: { groupOrder: 1 },
          ...withServers,
        },
      },
      {
        // Whole Triplines on a shared machine: a second try tells a slow moment (reported as such) from a defect.
        test: { name: "chaos", include: CHAOS, sequence: { groupOrder: 2 }, retry: 1, ...withServers },
      },
      { test: { name: "model", include: MODEL, sequence: { groupOrder: 3 }, ...withServers } },
    ],
  },
});
