import { TestWorkflowEnvironment } from "@temporalio/testing";

// Run as a program: node --import tsx sdkDownload.ts <folder>. The SDK downloads only on the way to starting a server.
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: "cached-download", downloadDir: process.argv[2] ?? "" } },
});
await environment.teardown();
