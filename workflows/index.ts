export { backfillPageWorkflow } from "./backfillPageWorkflow.ts";
export { backfillWorkflow } from "./backfillWorkflow.ts";
export { customerTrackerWorkflow } from "./customerTrackerWorkflow.ts";
export { jobWorkflow } from "./jobWorkflow.ts";
export { recomputeRatingsWorkflow } from "./recomputeRatingsWorkflow.ts";
export { retentionWorkflow } from "./retentionWorkflow.ts";
export { ruleRunWorkflow } from "./ruleRunWorkflow.ts";
