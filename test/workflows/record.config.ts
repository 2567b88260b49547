import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Plays and records the histories in test/histories: npx vitest run --config test/workflows/record.config.ts
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../../", import.meta.url)),
    include: [
      "test/workflows/record.ts",
      "test/workflows/recordSlices.ts",
      "test/workflows/recordControl.ts",
      "test/workflows/recordBackfills.ts",
    ],
    globalSetup: ["test/helpers/globalSetup.ts"],
    testTimeout: 900_000,
    hookTimeout: 120_000,
  },
});
