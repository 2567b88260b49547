export { customerTrackerWorkflow } from "./customerTrackerWorkflow.ts";
export { jobWorkflow } from "./jobWorkflow.ts";
export { ruleRunWorkflow } from "./ruleRunWorkflow.ts";
