import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/db/**", "test/api/**", "test/workflows/**", "test/e2e/**", "test/rules/agreement*.test.ts", "test/scripts/**"],
          environment: "node",
        },
      },
      {
        test: {
          name: "system",
          include: [
            "test/db/**/*.test.ts",
            "test/api/**/*.test.ts",
            "test/workflows/**/*.test.ts",
            "test/rules/agreement*.test.ts",
            "test/scripts/**/*.test.ts",
            "test/e2e/**/*.test.ts",
          ],
          environment: "node",
          globalSetup: ["test/helpers/globalSetup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          pool: "forks",
        },
      },
    ],
  },
});
