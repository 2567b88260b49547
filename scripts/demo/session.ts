import type { Filter, Trigger } from "../../rules/schema.ts";
import type { Client } from "./client.ts";
import { Symbols } from "./symbols.ts";

/** A saved rule as the report needs it. */
export interface SavedRule {
  id: string;
  name: string;
  about: string[];
  trigger: Trigger;
  /** With symbolic names. */
  filters: Filter[];
}

/** What one run of the demo learns on its way. */
export class Session {
  readonly symbols = new Symbols();
  /** Names by id: users, collection workflows, channels. */
  readonly names = new Map<string, string>();
  /** In list order. */
  rules: SavedRule[] = [];

  constructor(
    readonly client: Client,
    /** Begins every idempotency key of this run. */
    private readonly runId: string,
  ) {}

  /** The same for the same step of this run, so that a repeated request is done once. */
  idempotencyKey(step: string): string {
    return `demo-${this.runId}-${step}`;
  }
}
