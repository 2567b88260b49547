import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** Files that take 5 seconds and more, most of them waiting, though they are short: by their size they would come last and be waited for. */
const LONG = [
  "test/e2e/backfills/restart.test.ts",
  "test/e2e/demo.test.ts",
  "test/e2e/writers/writers.test.ts",
  "test/e2e/runs/retry.test.ts",
  "test/e2e/backfills/live.test.ts",
  "test/db/controlSignals.test.ts",
  "test/scripts/lock.test.ts",
  "test/scripts/postgresServer.test.ts",
  "test/workflows/replay.test.ts",
  "test/e2e/control/messages.test.ts",
  "test/e2e/examples/channels.test.ts",
  "test/db/preview/tally.test.ts",
];

/** Begins with what takes longest, so that the processes that share the files of a project end together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.endsWith(path));
    return [...new Set(sorted.map(({ project }) => project))].flatMap((project) => {
      const own = sorted.filter((one) => one.project === project);
      return [...own.filter(isLong), ...own.filter((one) => !isLong(one))];
    });
  }
}

const usual = {
  environment: "node" as const,
  setupFiles: ["test/helpers/everyFile.ts"],
  maxWorkers: 2,
  pool: "forks" as const,
};

/**
 * Test files share two processes, and what one has imported, the next need not: half of the processor's time is saved. None may leave
 * anything behind that another could meet: no mocks, no clocks, no state of the process.
 */
const quick = { ...usual, isolate: false };

const withServers = {
  globalSetup: ["test/helpers/globalSetup.ts"],
  // Beyond what tests wait for themselves (test/helpers/poll.ts), who can say what did not come about.
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...SYSTEM],
          ...quick,
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
          ...quick,
          ...withServers,
        },
      },
      {
        // Whole Triplines on a shared machine: a second try tells a slow moment (reported as such) from a defect.
        test: { name: "chaos", include: CHAOS, sequence: { groupOrder: 2 }, retry: 1, ...usual, ...withServers },
      },
      { test: { name: "model", include: MODEL, sequence: { groupOrder: 3 }, ...usual, ...withServers } },
    ],
  },
});
