import { type Noun, nounStore } from "./nouns.ts";

/** A dunning plan that customers can be assigned to; not a Temporal workflow. */
export interface CollectionWorkflowFields {
  externalId: string | null;
  name: string;
}

export type CollectionWorkflow = Noun & CollectionWorkflowFields;

export const collectionWorkflows = nounStore<CollectionWorkflowFields, CollectionWorkflow>({
  table: "collection_workflows",
  columns: { externalId: "external_id", name: "name" },
});
