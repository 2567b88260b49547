export { customerTrackerWorkflow } from "./customerTrackerWorkflow.ts";
export { ruleRunWorkflow } from "./ruleRunWorkflow.ts";
