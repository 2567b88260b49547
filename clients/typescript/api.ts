// Generated from /openapi.json by `npm run client`; changes belong into the API.

export type AccountOwners = {
  accountId: string;
  owners: string[];
};

export type AccountOwnersResult = {
  index: number;
  accountId?: string;
  /** 200 written, 404 no such account, 422 no owner is a user, 409 excluded. */
  status: number;
  id?: string;
  code?: string;
  message?: string;
  /** Owners who are no users; the others are set. */
  errors?: Mistake[];
  overruled?: ({
    slot: string;
    kept: string | string[] | null;
    by: {
      source: string;
      ruleId?: string;
      ruleName?: string;
    } & Record<string, unknown>;
  })[];
};

export type ActivatedRule = SavedRule & ({
  /** The backfill that applies it. */
  backfillId?: string;
});

export type Activation = {
  applyToExisting?: "none" | "thisRule" | "allActiveRules";
  confirmIrreversible?: boolean;
};

export type ApiKey = {
  id: string;
  name: string;
  key: string;
  scope: "read" | "write" | "admin" | null;
  userId: string | null;
  source: "api" | "salesforce";
  requestsPerMinute: number | null;
  /** To the minute. */
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type ApiKeyInput = {
  name: string;
  scope?: "read" | "write" | "admin";
  userId?: string;
  source?: "api" | "salesforce";
  requestsPerMinute?: number | null;
};

export type Backfill = {
  id: string;
  status: "counting" | "awaitingApproval" | "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
  ruleIds: string[];
  rules: ({
    ruleId: string;
    version: number;
    name: string;
  })[];
  filter: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  dryRun: boolean;
  notifications: boolean;
  irreversible: boolean;
  maxPerSecond: number | null;
  progress: {
    /** Customers in scope; null until counted. */
    total: number | null;
    /** changed + unchanged + skipped + failed */
    done: number;
    changed: number;
    unchanged: number;
    /** By reason. */
    skipped: Record<string, number>;
    failed: number;
    /** Messages sent, or counted where they are not sent. */
    notifications: number;
    perSecond: number | null;
    secondsLeft: number | null;
  };
  /** turn: another backfill runs. rules: the organization's rules are stopped. */
  waitsFor: "approval" | "turn" | "rules" | "resume" | null;
  actor: {
    keyId: string;
    userId?: string;
  };
  approvedBy: {
    keyId: string;
    userId?: string;
  };
  approvedAt: string | null;
  /** Why it failed as a whole. */
  error: string | null;
  temporalWorkflowId: string;
  startedAt: string | null;
  finishedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type BackfillRequest = {
  ruleIds?: string[];
  /** Instead of ruleIds. */
  allActiveRules?: boolean;
  filter?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  dryRun?: boolean;
  /** Sends messages; they are counted otherwise. */
  notifications?: boolean;
  /** Needed where a rule excludes customers. */
  confirmIrreversible?: boolean;
  /** Customers a second at most. */
  maxPerSecond?: number;
};

export type BackfillResult = {
  customerId: string;
  externalId: string | null;
  name: string | null;
  status: "changed" | "unchanged" | "skipped" | "failed";
  reason: string | null;
  /** The customer's version that was judged. */
  version: number | null;
  changes: ({
    slot: string;
    from: string | string[] | null;
    to: string | string[] | null;
  })[];
  rules: ({
    ruleId: string;
    status: string;
    reason?: string;
    lostTo?: {
      ruleId: string;
      name: string;
    };
    runId?: string;
  })[];
  notifications: number;
  error: string | null;
};

export type BackfillResumption = {
  /** Customers a second at most. */
  maxPerSecond?: number | null;
};

export type BackfillUndo = {
  dryRun?: boolean;
};

export type BulkResult = {
  index: number;
  status: number;
  id?: string;
  code?: string;
  message?: string;
  errors?: Mistake[];
  overruled?: ({
    slot: string;
    kept: string | string[] | null;
    by: {
      source: string;
      ruleId?: string;
      ruleName?: string;
    } & Record<string, unknown>;
  })[];
};

export type Change = {
  id: string;
  seq: number;
  customerId: string;
  kind: "created" | "updated";
  version: number;
  source: "salesforce" | "api" | "rule" | "csv" | "manual" | "schedule";
  actor: {
    keyId: string;
    userId?: string;
  };
  at: string;
  evaluated: boolean;
  evaluatedAt: string | null;
  outcome: "evaluated" | "excluded" | "failed" | null;
  error: string | null;
  /** When a failed evaluation was last tried again. */
  retriedAt: string | null;
  /** With what it had failed before that. */
  failedBefore: string | null;
  rulesetNumber: number;
  rootId: string;
  cause: ({
    runId: string;
    ruleId: string;
    ruleName: string;
    changeId: string;
  })[];
  before: {
    name: string | null;
    outstanding: number;
    due: number;
    overdue: number;
    unapplied: number;
    overdueDays: number | null;
    averagePaymentDelay: number | null;
    rating: string | null;
    workflow: string | null;
    users: string[];
    paymentMethods: string[];
  } & Record<string, unknown>;
  after: {
    name: string | null;
    outstanding: number;
    due: number;
    overdue: number;
    unapplied: number;
    overdueDays: number | null;
    averagePaymentDelay: number | null;
    rating: string | null;
    workflow: string | null;
    users: string[];
    paymentMethods: string[];
  } & Record<string, unknown>;
};

/** The secret is never answered, and the url only to admins: whoever knows the address of a Slack webhook may write there. */
export type Channel = {
  id: string;
  name: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  url: string | null;
  messagesPerMinute: number | null;
  createdAt: string;
  updatedAt: string;
};

export type ChannelInput = {
  name: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  url?: string | null;
  secret?: string | null;
  /** null: as fast as it goes; a Slack channel's default is 60. */
  messagesPerMinute?: number | null;
};

export type Contact = {
  id: string;
  externalId: string | null;
  customerId: string;
  name: string;
  email: string | null;
  position: string | null;
  /** At most one per customer. */
  main: boolean;
  emailStatus: "ok" | "bounced";
  createdAt: string;
  updatedAt: string;
};

export type ContactInput = {
  externalId?: string | null;
  customerId?: string;
  name?: string;
  email?: string | null;
  position?: string | null;
  /** true takes the place of the standing main contact. */
  main?: boolean;
  emailStatus?: "ok" | "bounced";
};

export type CreditNote = {
  id: string;
  externalId: string | null;
  customerId: string;
  amount: number;
  currency: string;
  allocated: number;
  /** What is allocated to no invoice. */
  unapplied: number;
  allocations: ({
    invoiceId: string;
    amount: number;
  })[];
  createdAt: string;
  updatedAt: string;
  issuedAt: string;
};

export type CreditNoteInput = {
  externalId?: string | null;
  customerId?: string;
  amount?: number;
  currency?: string;
  allocations?: ({
    invoiceId: string;
    amount: number;
  })[];
  issuedAt?: string;
};

export type CustomField = {
  id: string;
  key: string;
  label: string;
  type: "TEXT" | "SELECT" | "BOOLEAN" | "NUMBER" | "DATE";
  options: string[];
  createdAt: string;
  updatedAt: string;
};

export type CustomFieldInput = {
  key: string;
  label?: string;
  type: "TEXT" | "SELECT" | "BOOLEAN" | "NUMBER" | "DATE";
  options?: string[];
};

export type Customer = {
  id: string;
  externalId: string | null;
  name: string | null;
  email: string | null;
  country: string | null;
  city: string | null;
  language: string | null;
  currency: string;
  creditLimit: number | null;
  parentId: string | null;
  lastReminderAt: string | null;
  customFields: Record<string, string | number | boolean>;
  /** due + overdue − unapplied */
  outstanding: number;
  /** Another name for outstanding. */
  balance: number;
  due: number;
  overdue: number;
  unapplied: number;
  overdueDays: number | null;
  /** Overdue amounts by age in days, today. */
  aging: {
    "1-30": number;
    "31-60": number;
    "61-90": number;
    "90+": number;
  };
  averagePaymentDelay: number | null;
  rating: "A" | "B" | "C" | "D" | null;
  workflowId: string | null;
  dunningPlanId: string | null;
  accountManagerId: string | null;
  assignedUsers: ({
    id: string;
    email: string;
    name: string;
  })[];
  paymentMethods: ({
    id: string;
    name: string;
  })[];
  assignments: {
    workflow: {
      source: string;
      ruleId?: string;
      ruleVersion?: number;
      userId?: string;
      keyId?: string;
      at: string;
    } & Record<string, unknown>;
    users: {
      source: string;
      ruleId?: string;
      ruleVersion?: number;
      userId?: string;
      keyId?: string;
      at: string;
    } & Record<string, unknown>;
    paymentMethods: {
      source: string;
      ruleId?: string;
      ruleVersion?: number;
      userId?: string;
      keyId?: string;
      at: string;
    } & Record<string, unknown>;
    excluded: {
      source: string;
      ruleId?: string;
      ruleVersion?: number;
      userId?: string;
      keyId?: string;
      at: string;
    } & Record<string, unknown>;
  };
  excludedAt: string | null;
  version: number;
  createdAt: string;
  updatedAt: string;
  overruled: ({
    slot: string;
    kept: string | string[] | null;
    by: {
      source: string;
      ruleId?: string;
      ruleName?: string;
    } & Record<string, unknown>;
  })[];
};

export type CustomerActions = {
  filter?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  /** With `filter`: part of the name, any case. */
  name?: string;
  ids?: string[];
  actions: ({
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignUsers";
    userIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "setCustomFields";
    customFields: Record<string, string | number | boolean | null>;
  })[];
  dryRun?: boolean;
};

export type CustomerInput = {
  externalId?: string | null;
  name?: string;
  email?: string | null;
  country?: string | null;
  city?: string | null;
  language?: string | null;
  currency?: string;
  creditLimit?: number | null;
  parentId?: string | null;
  lastReminderAt?: string | null;
  customFields?: Record<string, string | number | boolean | null>;
  workflowId?: string | null;
  dunningPlanId?: string | null;
  userIds?: string[];
  accountManagerId?: string | null;
  paymentMethodIds?: string[];
};

/** With the facts that it was decided on. */
export type DetailedRun = {
  id: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: ({
    runId: string;
    ruleId: string;
    ruleName: string;
    changeId: string;
  })[];
  /** What the rule acted on. */
  kind: "change" | "exit" | "backfill" | "replay";
  backfillId: string | null;
  /** The run that it repeats. */
  replayOf: string | null;
  status: "planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled";
  reason: string | null;
  actions: ({
    type: string;
    status: string;
    reason?: string | null;
    before?: unknown;
    after?: unknown;
    attempts?: number;
    error?: string | null;
    /** When it came to its status; null while it is open. */
    at?: string | null;
  } & Record<string, unknown>)[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Paused by hand since then. */
  pausedAt: string | null;
  /** Since then slots that it set are put back. */
  undoneAt: string | null;
  before: {
    name: string | null;
    outstanding: number;
    due: number;
    overdue: number;
    unapplied: number;
    overdueDays: number | null;
    averagePaymentDelay: number | null;
    rating: string | null;
    workflow: string | null;
    users: string[];
    paymentMethods: string[];
  } & Record<string, unknown>;
  after: {
    name: string | null;
    outstanding: number;
    due: number;
    overdue: number;
    unapplied: number;
    overdueDays: number | null;
    averagePaymentDelay: number | null;
    rating: string | null;
    workflow: string | null;
    users: string[];
    paymentMethods: string[];
  } & Record<string, unknown>;
};

export type Evaluation = {
  changeId: string;
  version: number;
  source: string;
  at: string;
  evaluatedAt: string;
  outcome: "evaluated" | "excluded" | "failed";
  error: string | null;
  rules: ({
    ruleId: string;
    name: string;
    version: number;
    matched: boolean;
    reason: string;
    lostTo?: {
      ruleId: string;
      name: string;
    };
    runId?: string;
    /** When a rule with `forDays` fires unless the value comes back across its line before. */
    dueAt?: string;
    /** Why a rule with `forDays` does not fire although the value stayed beyond its line. */
    cancelled?: "inactive" | "excluded";
    path?: ({
      runId: string;
      ruleId: string;
      ruleName: string;
      changeId: string;
    })[];
  })[];
};

export type Explanation = {
  change: Change;
  rules: ({
    ruleId: string;
    name: string;
    version: number;
    matched: boolean;
    reason: string;
    lostTo?: {
      ruleId: string;
      name: string;
    };
    runId?: string;
    /** When a rule with `forDays` fires unless the value comes back across its line before. */
    dueAt?: string;
    /** Why a rule with `forDays` does not fire although the value stayed beyond its line. */
    cancelled?: "inactive" | "excluded";
    path?: ({
      runId: string;
      ruleId: string;
      ruleName: string;
      changeId: string;
    })[];
    trigger: {
      fired: boolean;
      before?: unknown;
      after?: unknown;
    } & Record<string, unknown>;
    conditions: ({
      field: string;
      op: string;
      expected?: unknown;
      actual?: unknown;
      holds: boolean;
    } & Record<string, unknown> | {
      anyOf: ({
        field: string;
        op: string;
        expected?: unknown;
        actual?: unknown;
        holds: boolean;
      } & Record<string, unknown>)[];
      holds: boolean;
    })[];
  })[];
};

export type Invoice = {
  id: string;
  externalId: string | null;
  customerId: string;
  number: string | null;
  issuedAt: string;
  dueAt: string;
  amount: number;
  currency: string;
  state: "draft" | "open" | "paid" | "void" | "disputed";
  paidAt: string | null;
  /** What payments and credit notes cover. */
  allocated: number;
  open: number;
  /** The day on which it was covered in full. */
  settledAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type InvoiceInput = {
  externalId?: string | null;
  customerId?: string;
  number?: string | null;
  issuedAt?: string;
  dueAt?: string;
  amount?: number;
  currency?: string;
  state?: "draft" | "open" | "paid" | "void" | "disputed";
  paidAt?: string | null;
};

export type Job = {
  id: string;
  kind: "customerActions" | "customerImport" | "undo";
  status: "queued" | "running" | "completed" | "cancelled" | "failed";
  dryRun: boolean;
  source: string;
  progress: {
    /** Null until counted. */
    total: number | null;
    /** created + updated + unchanged + failed */
    done: number;
    created: number;
    updated: number;
    unchanged: number;
    failed: number;
    /** Items of the above of which a higher source kept something. */
    overruled: number;
    perSecond: number | null;
    secondsLeft: number | null;
  };
  /** The backfill that is undone. */
  backfillId?: string;
  filter?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  name?: string;
  actions?: ({
    type: string;
  } & Record<string, unknown>)[];
  /** Columns that an import writes. */
  columns?: string[];
  /** Columns that follow from other data. */
  ignoredColumns?: string[];
  /** Why the job failed as a whole. */
  error: string | null;
  temporalWorkflowId: string;
  startedAt: string | null;
  finishedAt: string | null;
  createdAt: string;
  updatedAt: string;
};

export type JobDetails = {
  id: string;
  kind: "customerActions" | "customerImport" | "undo";
  status: "queued" | "running" | "completed" | "cancelled" | "failed";
  dryRun: boolean;
  source: string;
  progress: {
    /** Null until counted. */
    total: number | null;
    /** created + updated + unchanged + failed */
    done: number;
    created: number;
    updated: number;
    unchanged: number;
    failed: number;
    /** Items of the above of which a higher source kept something. */
    overruled: number;
    perSecond: number | null;
    secondsLeft: number | null;
  };
  /** The backfill that is undone. */
  backfillId?: string;
  filter?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  name?: string;
  actions?: ({
    type: string;
  } & Record<string, unknown>)[];
  /** Columns that an import writes. */
  columns?: string[];
  /** Columns that follow from other data. */
  ignoredColumns?: string[];
  /** Why the job failed as a whole. */
  error: string | null;
  temporalWorkflowId: string;
  startedAt: string | null;
  finishedAt: string | null;
  createdAt: string;
  updatedAt: string;
  offset: number;
  limit: number;
  total: number;
  results: JobResult[];
};

export type JobResult = {
  /** Counts the job's items from 1. */
  position: number;
  status: "created" | "updated" | "unchanged" | "failed";
  customerId: string | null;
  /** As a spreadsheet counts: the heading is 1. */
  row?: number;
  /** The line of the file where the row begins. */
  line?: number;
  /** How the request named the customer. */
  reference?: string;
  code?: string;
  message?: string;
  /** `path` is the column's heading. */
  errors?: Mistake[];
  overruled?: ({
    slot: string;
    kept: string | string[] | null;
    by: {
      source: string;
      ruleId?: string;
      ruleName?: string;
    } & Record<string, unknown>;
  })[];
  /** Slots that go back, and to whom each belongs again. */
  undone?: ({
    slot: string;
    from?: unknown;
    to?: unknown;
    owner: {
      source: string;
    } & Record<string, unknown>;
  })[];
  /** What stays, and why; `by`: who has set the slot since. */
  kept?: ({
    type: string;
    slot: string | null;
    reason: "touched" | "released" | "irreversible" | "sent" | "excluded" | "missing" | "undone";
    by?: {
      source: string;
    } & Record<string, unknown>;
  })[];
  /** Rules that would set one of these slots at the customer's next change. */
  wouldSet?: ({
    ruleId: string;
    ruleName: string;
    slot: string;
  })[];
  /** What a dry run would change. */
  changes?: ({
    field: string;
    from?: unknown;
    to?: unknown;
  })[];
};

export type Mistake = {
  path: string;
  message: string;
  code?: string;
};

/** The secret is shown this once. */
export type NewApiKey = {
  id: string;
  name: string;
  key: string;
  scope: "read" | "write" | "admin" | null;
  userId: string | null;
  source: "api" | "salesforce";
  requestsPerMinute: number | null;
  /** To the minute. */
  lastUsedAt: string | null;
  createdAt: string;
  updatedAt: string;
  secret: string;
};

export type NewOrganization = {
  id: string;
  name: string;
  timeZone: string;
  locale: string;
  currency: string;
  delayMode: "paidOnly" | "paidAndOverdue";
  rulesStopped: boolean;
  limits: {
    backfillApprovalAbove?: number;
    /** Messages that one rule may send in an hour outside backfills, before it is paused: 1,000 unless set. */
    notificationsPerHour?: number;
    /** Customers that one rule may exclude in an hour outside backfills, before it is paused: 100 unless set. */
    exclusionsPerHour?: number;
  };
  retention: {
    /** Days that changes with their evaluations are kept; for ever unless set. What is open is never trimmed. */
    changesDays?: number;
    /** Days that runs that have ended, with their notifications, are kept; for ever unless set. What is open is never trimmed. */
    runsDays?: number;
    /** Days that ended jobs with their results are kept; for ever unless set. What is open is never trimmed. */
    jobsDays?: number;
  };
  createdAt: string;
  updatedAt: string;
  owner: User;
  apiKey: NewApiKey;
};

export type NoteInput = {
  text: string;
  mentions?: string[];
};

/** One message to one recipient. With a `digest` it is `gathering` until `dueAt`, then sent as part of the message `digestId`, which stands in inboxes by itself, without run, rule and customer. */
export type Notification = {
  id: string;
  runId: string | null;
  ruleId: string | null;
  channelId: string | null;
  kind: "webhook" | "slack" | "email" | "inApp";
  customerId: string | null;
  recipient: {
    userId?: string;
    email?: string;
  };
  subject: string;
  body: string;
  status: "gathering" | "planned" | "held" | "running" | "sent" | "failed" | "cancelled";
  attempts: number;
  error: string | null;
  /** Tripline's own message to owners and admins, without channel, run and customer: a rule went beyond its hourly limit and was paused. */
  alert: "ruleTripped" | null;
  digest: "hourly" | "daily" | null;
  digestId: string | null;
  dueAt: string | null;
  createdAt: string;
  sentAt: string | null;
  readAt: string | null;
};

export type Organization = {
  id: string;
  name: string;
  timeZone: string;
  locale: string;
  currency: string;
  delayMode: "paidOnly" | "paidAndOverdue";
  rulesStopped: boolean;
  limits: {
    backfillApprovalAbove?: number;
    /** Messages that one rule may send in an hour outside backfills, before it is paused: 1,000 unless set. */
    notificationsPerHour?: number;
    /** Customers that one rule may exclude in an hour outside backfills, before it is paused: 100 unless set. */
    exclusionsPerHour?: number;
  };
  retention: {
    /** Days that changes with their evaluations are kept; for ever unless set. What is open is never trimmed. */
    changesDays?: number;
    /** Days that runs that have ended, with their notifications, are kept; for ever unless set. What is open is never trimmed. */
    runsDays?: number;
    /** Days that ended jobs with their results are kept; for ever unless set. What is open is never trimmed. */
    jobsDays?: number;
  };
  createdAt: string;
  updatedAt: string;
};

export type OrganizationEdit = {
  name?: string;
  timeZone?: string;
  locale?: string;
  currency?: string;
  delayMode?: "paidOnly" | "paidAndOverdue";
  limits?: {
    backfillApprovalAbove?: number;
    /** Messages that one rule may send in an hour outside backfills, before it is paused: 1,000 unless set. */
    notificationsPerHour?: number;
    /** Customers that one rule may exclude in an hour outside backfills, before it is paused: 100 unless set. */
    exclusionsPerHour?: number;
  };
  /** Null takes a setting back: kept for ever. */
  retention?: {
    /** Days that changes with their evaluations are kept; for ever unless set. What is open is never trimmed. */
    changesDays?: number | null;
    /** Days that runs that have ended, with their notifications, are kept; for ever unless set. What is open is never trimmed. */
    runsDays?: number | null;
    /** Days that ended jobs with their results are kept; for ever unless set. What is open is never trimmed. */
    jobsDays?: number | null;
  };
};

export type OrganizationInput = {
  name: string;
  timeZone?: string;
  locale?: string;
  currency?: string;
  delayMode?: "paidOnly" | "paidAndOverdue";
  owner: {
    email: string;
    name: string;
  };
};

export type Payment = {
  id: string;
  externalId: string | null;
  customerId: string;
  amount: number;
  currency: string;
  allocated: number;
  /** What is allocated to no invoice. */
  unapplied: number;
  allocations: ({
    invoiceId: string;
    amount: number;
  })[];
  createdAt: string;
  updatedAt: string;
  paidAt: string;
  /** The invoice posted as paid that implies it. */
  impliedByInvoiceId: string | null;
};

export type PaymentInput = {
  externalId?: string | null;
  customerId?: string;
  amount?: number;
  currency?: string;
  allocations?: ({
    invoiceId: string;
    amount: number;
  })[];
  paidAt?: string;
};

export type PaymentMethod = {
  id: string;
  externalId: string | null;
  name: string;
  kind: string;
  createdAt: string;
  updatedAt: string;
};

export type PaymentMethodInput = {
  externalId?: string | null;
  name: string;
  kind: string;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  message: string;
  errors?: Mistake[];
  requestId: string;
};

export type RatingSchedule = {
  at: string;
  enabled: boolean;
  /** The organization's. */
  timeZone: string;
  /** False for the moment until Temporal has taken these settings over. */
  inForce: boolean;
  /** As Temporal describes them; null in answers to writes and while Temporal is away. */
  nextRuns: string[] | null;
  running: boolean;
  /** A run was asked for and is about to start. */
  requested: boolean;
  lastRuns: ({
    id: string;
    status: "running" | "completed" | "abandoned";
    /** The organization's day when it began. */
    asOf: string;
    /** Customers for whom something may have moved. */
    total: number;
    done: number;
    /** Customers who got a change. */
    changed: number;
    temporalWorkflowId: string;
    startedAt: string;
    finishedAt: string | null;
  })[];
  temporalScheduleId: string;
  updatedAt: string;
};

export type RatingScheduleEdit = {
  /** Time of day in the organization's time zone. */
  at?: string;
  enabled?: boolean;
};

export type Refund = {
  id: string;
  externalId: string | null;
  customerId: string;
  amount: number;
  currency: string;
  allocated: number;
  /** What is allocated to no invoice. */
  unapplied: number;
  allocations: ({
    invoiceId: string;
    amount: number;
  })[];
  createdAt: string;
  updatedAt: string;
  issuedAt: string;
};

export type RefundInput = {
  externalId?: string | null;
  customerId?: string;
  amount?: number;
  currency?: string;
  allocations?: ({
    invoiceId: string;
    amount: number;
  })[];
  issuedAt?: string;
};

/** Why the rule matches, judged again, and what it does or would do. */
export type ReplayedRun = {
  replayOf: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  matched: boolean;
  reason: string;
  trigger: {
    fired: boolean;
  } & Record<string, unknown>;
  conditions: ({
    holds: boolean;
  } & Record<string, unknown>)[];
  actions: ({
    type: string;
    status: string;
  } & Record<string, unknown>)[];
  messages: ({
    recipient?: unknown;
    channel: string;
    subject: string;
    body: string;
  })[];
  dryRun: boolean;
  facts: string;
  /** The new run; null for a dry one, and where nothing matched. */
  id: string | null;
  run: Run | null;
};

export type Rule = {
  id: string;
  name: string;
  trigger: {
    type: "customerCreated";
  } | {
    type: "customerCreatedOrUpdated";
    onlyWhenStartsMatching?: boolean;
  } | {
    type: "outstandingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  } | {
    type: "ratingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: "A" | "B" | "C" | "D";
    resetAt?: "A" | "B" | "C" | "D";
    forDays?: number;
  } | {
    type: "averagePaymentDelayThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  };
  filters: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  actions: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  exitActions?: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  status: "draft" | "active" | "inactive" | "paused" | "deleted";
  /** Place in the list, from 1. */
  position: number;
  version: number;
  note: string | null;
  author: {
    keyId: string;
    userId?: string;
  };
  /** The hourly limit that it was paused at, where nobody paused it. */
  tripped: {
    kind: "notifications" | "exclusions";
    limit: number;
    at: string;
  };
  createdAt: string;
  updatedAt: string;
};

export type RuleConflict = {
  ruleId: string;
  name: string;
  slot: "workflow" | "users" | "paymentMethods" | "excluded";
  /** overlaps: one change can set off both; mayOverlap: that could be neither shown nor ruled out. */
  overlap: "overlaps" | "mayOverlap";
  /** The first in the list. */
  wins: "thisRule" | "otherRule";
};

/** Only the given fields change; exitActions: null removes them. */
export type RuleEdit = {
  name?: string;
  trigger?: {
    type: "customerCreated";
  } | {
    type: "customerCreatedOrUpdated";
    onlyWhenStartsMatching?: boolean;
  } | {
    type: "outstandingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  } | {
    type: "ratingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: "A" | "B" | "C" | "D";
    resetAt?: "A" | "B" | "C" | "D";
    forDays?: number;
  } | {
    type: "averagePaymentDelayThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  };
  filters?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  actions?: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  exitActions?: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  note?: string;
  /** Needed for a rule in force that excludes customers. */
  confirmIrreversible?: boolean;
};

export type RuleInput = {
  name: string;
  trigger: {
    type: "customerCreated";
  } | {
    type: "customerCreatedOrUpdated";
    onlyWhenStartsMatching?: boolean;
  } | {
    type: "outstandingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  } | {
    type: "ratingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: "A" | "B" | "C" | "D";
    resetAt?: "A" | "B" | "C" | "D";
    forDays?: number;
  } | {
    type: "averagePaymentDelayThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  };
  filters?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  actions: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  exitActions?: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  note?: string;
};

export type RulePreview = {
  matching: number;
  /** For whom at least one slot would be set anew. */
  changed: number;
  /** Whose slots hold already what the rule sets. */
  unchanged: number;
  /** For each action, customers by what would become of it. */
  actions: ({
    type: string;
    slot?: "workflow" | "users" | "paymentMethods" | "excluded";
    customers: Record<string, number>;
  })[];
  /** Rules in force that match the same customers and claim the same slot. */
  conflicts: ({
    ruleId: string;
    name: string;
    slot: "workflow" | "users" | "paymentMethods" | "excluded";
    customers: number;
    wins: "thisRule" | "otherRule";
  })[];
  lost: ({
    slot: "workflow" | "users" | "paymentMethods" | "excluded";
    to: {
      ruleId: string;
      name: string;
    };
    customers: number;
  })[];
  /** Slots that Salesforce or the API keeps. */
  overruled: ({
    slot: "workflow" | "users" | "paymentMethods" | "excluded";
    by: "salesforce" | "api" | "rule" | "csv" | "manual" | "schedule";
    customers: number;
  })[];
  irreversible: {
    excluded: number;
  };
  notifications: {
    messages: number;
    customers: number;
    sample: ({
      channelId: string;
      recipient: {
        userId?: string;
        email: string;
      };
      subject: string;
      body: string;
      customerId: string;
      name: string | null;
    })[];
  };
  /** Customers that would change come first. */
  sample: ({
    customerId: string;
    name: string | null;
    changes: ({
      slot: "workflow" | "users" | "paymentMethods" | "excluded";
      from: string | string[] | boolean | null;
      to: string | string[] | boolean | null;
    })[];
    actions: ({
      type: string;
      /** applied, unchanged, lost, overruled, skipped, planned (a message) or waiting (what follows a wait, or a digest). */
      status: string;
      slot?: "workflow" | "users" | "paymentMethods" | "excluded";
      from?: string | string[] | boolean | null;
      to?: string | string[] | boolean | null;
      reason?: string;
      error?: string;
      lostTo?: {
        ruleId: string;
        name: string;
      };
      keptBy?: "salesforce" | "api" | "rule" | "csv" | "manual" | "schedule";
      unknownEmails?: string[];
    })[];
  })[];
  customer?: {
    customerId: string;
    name: string | null;
    changes: ({
      slot: "workflow" | "users" | "paymentMethods" | "excluded";
      from: string | string[] | boolean | null;
      to: string | string[] | boolean | null;
    })[];
    matched: boolean;
    reason: "matched" | "trigger" | "filters" | "excluded";
    trigger: {
      /** For a threshold: the value stands beyond its line. */
      fired: boolean;
    } & Record<string, unknown>;
    conditions: ({
      holds: boolean;
    } & Record<string, unknown>)[];
    actions: ({
      type: string;
      /** applied, unchanged, lost, overruled, skipped, planned (a message) or waiting (what follows a wait, or a digest). */
      status: string;
      slot?: "workflow" | "users" | "paymentMethods" | "excluded";
      from?: string | string[] | boolean | null;
      to?: string | string[] | boolean | null;
      reason?: string;
      error?: string;
      lostTo?: {
        ruleId: string;
        name: string;
      };
      keptBy?: "salesforce" | "api" | "rule" | "csv" | "manual" | "schedule";
      unknownEmails?: string[];
      messages?: ({
        channelId: string;
        recipient: {
          userId?: string;
          email: string;
        };
        subject: string;
        body: string;
      })[];
    })[];
  };
};

export type RulePreviewRequest = {
  /** As for POST /v1/rules; beside ruleId the fields that change. */
  rule?: {
    name?: string;
    trigger?: {
      type: "customerCreated";
    } | {
      type: "customerCreatedOrUpdated";
      onlyWhenStartsMatching?: boolean;
    } | {
      type: "outstandingThreshold";
      direction: "exceeds" | "fallsBelow";
      value: number | {
        field: string;
      };
      resetAt?: number;
      forDays?: number;
    } | {
      type: "ratingThreshold";
      direction: "exceeds" | "fallsBelow";
      value: "A" | "B" | "C" | "D";
      resetAt?: "A" | "B" | "C" | "D";
      forDays?: number;
    } | {
      type: "averagePaymentDelayThreshold";
      direction: "exceeds" | "fallsBelow";
      value: number | {
        field: string;
      };
      resetAt?: number;
      forDays?: number;
    };
    filters?: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    } | {
      anyOf: ({
        field: string;
        op: "is";
        values: (string | number | boolean)[];
      } | {
        field: string;
        op: "isNot";
        values: (string | number | boolean)[];
      } | {
        field: string;
        op: "isEmpty";
      } | {
        field: string;
        op: "isNotEmpty";
      } | {
        field: string;
        op: "contains";
        value: string;
      } | {
        field: string;
        op: "doesNotContain";
        value: string;
      } | {
        field: string;
        op: "between";
        min?: number | string | {
          daysFromToday: number;
        };
        max?: number | string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "on";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "notOn";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "before";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "after";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "onOrBefore";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "onOrAfter";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "changed";
        from?: (string | number | boolean | null)[];
        to?: (string | number | boolean | null)[];
      })[];
    })[];
    actions?: ({
      type: "assignUsers";
      userIds?: string[];
      customFields?: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "assignWorkflow";
      workflowId: string | null;
    } | {
      type: "assignPaymentMethods";
      paymentMethodIds: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "excludeCustomer";
    } | {
      type: "sendNotification";
      channelId: string;
      to: ({
        userId: string;
      } | {
        customField: string;
      } | {
        assignedUsers: true;
      })[];
      subject?: string;
      body: string;
      cooldownHours?: number;
      digest?: "hourly" | "daily";
    } | {
      type: "wait";
      days?: number;
      hours?: number;
      recheck?: boolean;
    })[];
    exitActions?: ({
      type: "assignUsers";
      userIds?: string[];
      customFields?: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "assignWorkflow";
      workflowId: string | null;
    } | {
      type: "assignPaymentMethods";
      paymentMethodIds: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "excludeCustomer";
    } | {
      type: "sendNotification";
      channelId: string;
      to: ({
        userId: string;
      } | {
        customField: string;
      } | {
        assignedUsers: true;
      })[];
      subject?: string;
      body: string;
      cooldownHours?: number;
      digest?: "hourly" | "daily";
    } | {
      type: "wait";
      days?: number;
      hours?: number;
      recheck?: boolean;
    })[];
    note?: string;
  };
  /** A saved rule of any status. */
  ruleId?: string;
  /** Its place in the list, which decides who wins: a saved rule's own unless told, else the last. */
  position?: number;
  /** Answers in full why this one matches or not. */
  customerId?: string;
  /** Customers to show, at most. */
  sample?: number;
};

export type RuleVersion = {
  name: string;
  trigger: {
    type: "customerCreated";
  } | {
    type: "customerCreatedOrUpdated";
    onlyWhenStartsMatching?: boolean;
  } | {
    type: "outstandingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  } | {
    type: "ratingThreshold";
    direction: "exceeds" | "fallsBelow";
    value: "A" | "B" | "C" | "D";
    resetAt?: "A" | "B" | "C" | "D";
    forDays?: number;
  } | {
    type: "averagePaymentDelayThreshold";
    direction: "exceeds" | "fallsBelow";
    value: number | {
      field: string;
    };
    resetAt?: number;
    forDays?: number;
  };
  filters: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  actions: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  exitActions?: ({
    type: "assignUsers";
    userIds?: string[];
    customFields?: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "assignWorkflow";
    workflowId: string | null;
  } | {
    type: "assignPaymentMethods";
    paymentMethodIds: string[];
    mode?: "replace" | "add" | "remove";
  } | {
    type: "excludeCustomer";
  } | {
    type: "sendNotification";
    channelId: string;
    to: ({
      userId: string;
    } | {
      customField: string;
    } | {
      assignedUsers: true;
    })[];
    subject?: string;
    body: string;
    cooldownHours?: number;
    digest?: "hourly" | "daily";
  } | {
    type: "wait";
    days?: number;
    hours?: number;
    recheck?: boolean;
  })[];
  version: number;
  note: string | null;
  author: {
    keyId: string;
    userId?: string;
  };
  createdAt: string;
};

export type Run = {
  id: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: ({
    runId: string;
    ruleId: string;
    ruleName: string;
    changeId: string;
  })[];
  /** What the rule acted on. */
  kind: "change" | "exit" | "backfill" | "replay";
  backfillId: string | null;
  /** The run that it repeats. */
  replayOf: string | null;
  status: "planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled";
  reason: string | null;
  actions: ({
    type: string;
    status: string;
    reason?: string | null;
    before?: unknown;
    after?: unknown;
    attempts?: number;
    error?: string | null;
    /** When it came to its status; null while it is open. */
    at?: string | null;
  } & Record<string, unknown>)[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Paused by hand since then. */
  pausedAt: string | null;
  /** Since then slots that it set are put back. */
  undoneAt: string | null;
};

export type RunReplay = {
  /** recorded: those after the change, judged by the run's own version of the rule. current: today's, judged by its present version. */
  facts?: "recorded" | "current";
  dryRun?: boolean;
  /** Send messages; without it none goes out. */
  resend?: boolean;
};

export type RunUndo = {
  dryRun?: boolean;
};

/** Runs that all of what is given selects. Without a status, those that the action concerns. */
export type RunsAction = {
  action: "pause" | "resume" | "cancel" | "retry" | "replay" | "undo";
  runIds?: string[];
  ruleId?: string;
  filter?: {
    status?: "planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled" | ("planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled")[];
    since?: string;
    customerId?: string;
    changeId?: string;
    backfillId?: string;
  };
  /** Only runs after this one: the `next` of the answer before. */
  after?: string;
  /** For replay and undo. */
  dryRun?: boolean;
  /** For replay. */
  facts?: "recorded" | "current";
  /** For replay: send messages, again too. */
  resend?: boolean;
};

export type RunsActionResult = {
  action: string;
  dryRun?: boolean;
  selected: number;
  done: number;
  unchanged: number;
  refused: number;
  /** More runs are selected than one request works on. */
  more: boolean;
  /** Where to go on: send it as `after`. */
  next: string | null;
  results: ({
    runId: string;
    result: "done" | "unchanged" | "refused";
    status?: string;
    code?: string;
    message?: string;
  } & Record<string, unknown>)[];
};

export type SavedRule = Rule & ({
  /** Rules in force that claim the same slot for customers whom this one may match too. */
  conflicts: RuleConflict[];
});

export type TimelineEntry = {
  id: string;
  kind: string;
  source: string;
  actor: Record<string, string> | null;
  data?: unknown;
  at: string;
};

export type Tracking = {
  outstanding: number;
  averagePaymentDelay: number | null;
  rating: string | null;
  version: number;
  temporalWorkflowId: string;
  /** Who answered. `database`: the tracker does not hold the customer (only its latest ones), or other values than the record, as after the restoration of a backup. */
  from: "workflow" | "database";
};

/** The run, with what undoing it comes to. */
export type UndoneRun = {
  id: string;
  ruleId: string;
  ruleName: string;
  ruleVersion: number;
  customerId: string;
  changeId: string;
  rootId: string;
  cause: ({
    runId: string;
    ruleId: string;
    ruleName: string;
    changeId: string;
  })[];
  /** What the rule acted on. */
  kind: "change" | "exit" | "backfill" | "replay";
  backfillId: string | null;
  /** The run that it repeats. */
  replayOf: string | null;
  status: "planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled";
  reason: string | null;
  actions: ({
    type: string;
    status: string;
    reason?: string | null;
    before?: unknown;
    after?: unknown;
    attempts?: number;
    error?: string | null;
    /** When it came to its status; null while it is open. */
    at?: string | null;
  } & Record<string, unknown>)[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
  /** Paused by hand since then. */
  pausedAt: string | null;
  /** Since then slots that it set are put back. */
  undoneAt: string | null;
  dryRun: boolean;
  /** Slots that go back, and to whom each belongs again. */
  undone: ({
    slot: string;
    from?: unknown;
    to?: unknown;
    owner: {
      source: string;
    } & Record<string, unknown>;
  })[];
  /** What stays, and why; `by`: who has set the slot since. */
  kept: ({
    type: string;
    slot: string | null;
    reason: "touched" | "released" | "irreversible" | "sent" | "excluded" | "missing" | "undone";
    by?: {
      source: string;
    } & Record<string, unknown>;
  })[];
  /** Rules that would set one of these slots at the customer's next change. */
  wouldSet: ({
    ruleId: string;
    ruleName: string;
    slot: string;
  })[];
};

export type User = {
  id: string;
  email: string;
  name: string;
  role: "owner" | "admin" | "member";
  position: "financeUser" | "accountManager";
  invited: boolean;
  createdAt: string;
  updatedAt: string;
};

export type UserInput = {
  email: string;
  name: string;
  role?: "owner" | "admin" | "member";
  position?: "financeUser" | "accountManager";
  invited?: boolean;
};

export type View = {
  id: string;
  /** Null: made with a key that stands for no user. */
  ownerId: string | null;
  name: string;
  columns: string[];
  order: string | null;
  filters: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  shared: boolean;
  createdAt: string;
  updatedAt: string;
};

export type ViewEdit = {
  name?: string;
  columns?: string[];
  order?: string | null;
  filters?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  shared?: boolean;
};

export type ViewInput = {
  name: string;
  columns?: string[];
  order?: string | null;
  filters?: ({
    field: string;
    op: "is";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isNot";
    values: (string | number | boolean)[];
  } | {
    field: string;
    op: "isEmpty";
  } | {
    field: string;
    op: "isNotEmpty";
  } | {
    field: string;
    op: "contains";
    value: string;
  } | {
    field: string;
    op: "doesNotContain";
    value: string;
  } | {
    field: string;
    op: "between";
    min?: number | string | {
      daysFromToday: number;
    };
    max?: number | string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "on";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "notOn";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "before";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "after";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrBefore";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "onOrAfter";
    value: string | {
      daysFromToday: number;
    };
  } | {
    field: string;
    op: "changed";
    from?: (string | number | boolean | null)[];
    to?: (string | number | boolean | null)[];
  } | {
    anyOf: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    })[];
  })[];
  shared?: boolean;
};

export type WhatIf = {
  since: string;
  until: string;
  /** It took too long: only changes up to `until` were judged. */
  truncated: boolean;
  /** Changes judged. */
  changes: number;
  fired: number;
  /** For how many different customers. */
  customers: number;
  /** Every day, in the organization's time zone. */
  perDay: ({
    day: string;
    fired: number;
  })[];
  /** Newest first. */
  sample: ({
    changeId: string;
    customerId: string;
    name: string | null;
    at: string;
    trigger: {
      before: string | number | null;
      after: string | number | null;
    } & Record<string, unknown>;
  })[];
};

export type WhatIfRequest = {
  /** As for POST /v1/rules; beside ruleId the fields that change. */
  rule?: {
    name?: string;
    trigger?: {
      type: "customerCreated";
    } | {
      type: "customerCreatedOrUpdated";
      onlyWhenStartsMatching?: boolean;
    } | {
      type: "outstandingThreshold";
      direction: "exceeds" | "fallsBelow";
      value: number | {
        field: string;
      };
      resetAt?: number;
      forDays?: number;
    } | {
      type: "ratingThreshold";
      direction: "exceeds" | "fallsBelow";
      value: "A" | "B" | "C" | "D";
      resetAt?: "A" | "B" | "C" | "D";
      forDays?: number;
    } | {
      type: "averagePaymentDelayThreshold";
      direction: "exceeds" | "fallsBelow";
      value: number | {
        field: string;
      };
      resetAt?: number;
      forDays?: number;
    };
    filters?: ({
      field: string;
      op: "is";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isNot";
      values: (string | number | boolean)[];
    } | {
      field: string;
      op: "isEmpty";
    } | {
      field: string;
      op: "isNotEmpty";
    } | {
      field: string;
      op: "contains";
      value: string;
    } | {
      field: string;
      op: "doesNotContain";
      value: string;
    } | {
      field: string;
      op: "between";
      min?: number | string | {
        daysFromToday: number;
      };
      max?: number | string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "on";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "notOn";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "before";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "after";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrBefore";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "onOrAfter";
      value: string | {
        daysFromToday: number;
      };
    } | {
      field: string;
      op: "changed";
      from?: (string | number | boolean | null)[];
      to?: (string | number | boolean | null)[];
    } | {
      anyOf: ({
        field: string;
        op: "is";
        values: (string | number | boolean)[];
      } | {
        field: string;
        op: "isNot";
        values: (string | number | boolean)[];
      } | {
        field: string;
        op: "isEmpty";
      } | {
        field: string;
        op: "isNotEmpty";
      } | {
        field: string;
        op: "contains";
        value: string;
      } | {
        field: string;
        op: "doesNotContain";
        value: string;
      } | {
        field: string;
        op: "between";
        min?: number | string | {
          daysFromToday: number;
        };
        max?: number | string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "on";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "notOn";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "before";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "after";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "onOrBefore";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "onOrAfter";
        value: string | {
          daysFromToday: number;
        };
      } | {
        field: string;
        op: "changed";
        from?: (string | number | boolean | null)[];
        to?: (string | number | boolean | null)[];
      })[];
    })[];
    actions?: ({
      type: "assignUsers";
      userIds?: string[];
      customFields?: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "assignWorkflow";
      workflowId: string | null;
    } | {
      type: "assignPaymentMethods";
      paymentMethodIds: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "excludeCustomer";
    } | {
      type: "sendNotification";
      channelId: string;
      to: ({
        userId: string;
      } | {
        customField: string;
      } | {
        assignedUsers: true;
      })[];
      subject?: string;
      body: string;
      cooldownHours?: number;
      digest?: "hourly" | "daily";
    } | {
      type: "wait";
      days?: number;
      hours?: number;
      recheck?: boolean;
    })[];
    exitActions?: ({
      type: "assignUsers";
      userIds?: string[];
      customFields?: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "assignWorkflow";
      workflowId: string | null;
    } | {
      type: "assignPaymentMethods";
      paymentMethodIds: string[];
      mode?: "replace" | "add" | "remove";
    } | {
      type: "excludeCustomer";
    } | {
      type: "sendNotification";
      channelId: string;
      to: ({
        userId: string;
      } | {
        customField: string;
      } | {
        assignedUsers: true;
      })[];
      subject?: string;
      body: string;
      cooldownHours?: number;
      digest?: "hourly" | "daily";
    } | {
      type: "wait";
      days?: number;
      hours?: number;
      recheck?: boolean;
    })[];
    note?: string;
  };
  /** A saved rule of any status. */
  ruleId?: string;
  /** How far back; changes that retention has trimmed are gone. */
  days: number;
  /** Firings to show, at most; the newest. */
  sample?: number;
};

export type Workflow = {
  id: string;
  externalId: string | null;
  name: string;
  createdAt: string;
  updatedAt: string;
};

export type WorkflowInput = {
  externalId?: string | null;
  name: string;
};

/** How every refusal is answered. */
export type Refused = { headers: Record<string, string>; content: { "application/problem+json": Problem } };

/** Every operation by path and method. */
export interface paths {
  "/admin/organizations": {
    /** Create an organization with its first owner and API key */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": OrganizationInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": NewOrganization } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/organization": {
    /** Read the settings */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Organization } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given settings */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": OrganizationEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Organization } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given settings */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": OrganizationEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Organization } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/organization/stop_rules": {
    /** Stop all rules: changes are recorded and wait */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Organization } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/organization/start_rules": {
    /** Start all rules: waiting changes are evaluated */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Organization } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/users": {
    /** List users */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            users: User[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a user */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": UserInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": User } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/users/{id}": {
    /** Read a user */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": User } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a user */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          email?: string;
          name?: string;
          role?: "owner" | "admin" | "member";
          position?: "financeUser" | "accountManager";
          invited?: boolean;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": User } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a user that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a user */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          email?: string;
          name?: string;
          role?: "owner" | "admin" | "member";
          position?: "financeUser" | "accountManager";
          invited?: boolean;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": User } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/workflows": {
    /** List workflows */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            workflows: Workflow[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a workflow */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": WorkflowInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        201: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/workflows/{id}": {
    /** Read a workflow */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a workflow */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a workflow that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a workflow */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/dunning_plans": {
    /** List dunning plans */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            dunningPlans: Workflow[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a dunning plan */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": WorkflowInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        201: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/dunning_plans/{id}": {
    /** Read a dunning plan */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a dunning plan */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a dunning plan that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a dunning plan */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Workflow } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/payment_methods": {
    /** List payment methods */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            paymentMethods: PaymentMethod[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a payment method */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": PaymentMethodInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": PaymentMethod } };
        201: { headers: Record<string, string>; content: { "application/json": PaymentMethod } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/payment_methods/{id}": {
    /** Read a payment method */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": PaymentMethod } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a payment method */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
          kind?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": PaymentMethod } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a payment method that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a payment method */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          externalId?: string | null;
          name?: string;
          kind?: string;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": PaymentMethod } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/custom_fields": {
    /** List custom fields */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            customFields: CustomField[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a custom field */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": CustomFieldInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": CustomField } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/custom_fields/{id}": {
    /** Read a custom field */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CustomField } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a custom field */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          label?: string;
          type?: "TEXT" | "SELECT" | "BOOLEAN" | "NUMBER" | "DATE";
          options?: string[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CustomField } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a custom field that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a custom field */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          label?: string;
          type?: "TEXT" | "SELECT" | "BOOLEAN" | "NUMBER" | "DATE";
          options?: string[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CustomField } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/channels": {
    /** List channels */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            channels: Channel[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a channel */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": ChannelInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": Channel } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/channels/{id}": {
    /** Read a channel */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Channel } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a channel */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          name?: string;
          url?: string | null;
          secret?: string | null;
          messagesPerMinute?: number | null;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Channel } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a channel that nothing uses */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a channel */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          name?: string;
          url?: string | null;
          secret?: string | null;
          messagesPerMinute?: number | null;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Channel } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/api_keys": {
    /** List API keys */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            apiKeys: ApiKey[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create an API key */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": ApiKeyInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": NewApiKey } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/api_keys/{id}": {
    /** Read an API key */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": ApiKey } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Rename an API key or change its rate */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          name?: string;
          requestsPerMinute?: number | null;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": ApiKey } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Revoke an API key */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Rename an API key or change its rate */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          name?: string;
          requestsPerMinute?: number | null;
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": ApiKey } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/api_keys/{id}/rotate": {
    /** Give an API key a new secret; the old one stops at once */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": NewApiKey } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/actions": {
    /** Change many customers, as a job */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": CustomerActions } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Job } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers": {
    /** List customers */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** Part of the name, any case. */
          name?: string;
          /** JSON list of conditions, as in rules. */
          filter?: string;
          /** A field, with - before it for the other direction. */
          sort?: string;
          /** A saved view: its filters hold besides `filter`, its order counts unless `sort` is given. */
          view?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            customers: Customer[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a customer, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": CustomerInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        201: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}": {
    /** Read a customer, excluded ones too */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a customer */
    put: {
      parameters: {
        header?: {
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": CustomerInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a customer */
    patch: {
      parameters: {
        header?: {
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": CustomerInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/exclude": {
    /** Exclude a customer, for good */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/release": {
    /** Release slots, so that rules and people can set them again */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": {
          slots: ("workflow" | "users" | "paymentMethods")[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Customer } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/invoices": {
    /** List invoices */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          customerId?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            invoices: Invoice[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create an invoice, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": InvoiceInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Invoice } };
        201: { headers: Record<string, string>; content: { "application/json": Invoice } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/invoices": {
    /** List a customer's invoices */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            invoices: Invoice[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/invoices/{id}": {
    /** Read an invoice */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Invoice } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of an invoice */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": InvoiceInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Invoice } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of an invoice */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": InvoiceInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Invoice } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/payments": {
    /** List payments */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          customerId?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            payments: Payment[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a payment, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": PaymentInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Payment } };
        201: { headers: Record<string, string>; content: { "application/json": Payment } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/payments/{id}": {
    /** Read a payment */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Payment } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a payment */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": PaymentInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Payment } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a payment; its invoices are open again */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a payment */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": PaymentInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Payment } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/credit_notes": {
    /** List credit notes */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          customerId?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            creditNotes: CreditNote[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a credit note, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": CreditNoteInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CreditNote } };
        201: { headers: Record<string, string>; content: { "application/json": CreditNote } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/credit_notes/{id}": {
    /** Read a credit note */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CreditNote } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a credit note */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": CreditNoteInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CreditNote } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a credit note; its invoices are open again */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a credit note */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": CreditNoteInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": CreditNote } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/refunds": {
    /** List refunds */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          customerId?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            refunds: Refund[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a refund, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RefundInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Refund } };
        201: { headers: Record<string, string>; content: { "application/json": Refund } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/refunds/{id}": {
    /** Read a refund */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Refund } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a refund */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": RefundInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Refund } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a refund; what it was allocated to is open again */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a refund */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": RefundInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Refund } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/contacts": {
    /** List contacts */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          customerId?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            contacts: Contact[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a contact, or update the one with this externalId */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": ContactInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Contact } };
        201: { headers: Record<string, string>; content: { "application/json": Contact } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/contacts": {
    /** List a customer's contacts */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            contacts: Contact[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/contacts/{id}": {
    /** Read a contact */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Contact } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a contact */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": ContactInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Contact } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a contact */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a contact */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": ContactInput } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Contact } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/views": {
    /** List one's own views and the shared ones */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            views: View[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Save a view of the customer list */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": ViewInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": View } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/views/{id}": {
    /** Read a view */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": View } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a view */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": ViewEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": View } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a view */
    delete: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given fields of a view */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": ViewEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": View } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/bulk/customers": {
    /** Create or update up to 10,000 customers */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: CustomerInput[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: BulkResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/bulk/invoices": {
    /** Create or update up to 10,000 invoices */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: InvoiceInput[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: BulkResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/bulk/payments": {
    /** Create or update up to 10,000 payments */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: PaymentInput[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: BulkResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/bulk/credit_notes": {
    /** Create or update up to 10,000 credit notes */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: CreditNoteInput[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: BulkResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/bulk/refunds": {
    /** Create or update up to 10,000 refunds */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: RefundInput[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: BulkResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/imports/customers": {
    /** Import customers from CSV, as a job */
    post: {
      parameters: {
        query?: {
          /** true: nothing is written, the results say what would happen. */
          dryRun?: boolean;
        };
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "text/csv": string } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Job } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/exports/customers": {
    /** Export customers as CSV */
    get: {
      parameters: {
        query?: {
          /** Part of the name, any case. */
          name?: string;
          /** JSON list of conditions, as in rules. */
          filter?: string;
          /** A field, with - before it for the other direction. */
          sort?: string;
          /** A saved view: its filters hold besides `filter`, its order counts unless `sort` is given. */
          view?: string;
          updatedSince?: string;
          /** Names of columns, separated by commas; those of the view unless given, else all. */
          columns?: string;
          delimiter?: "," | ";";
          /** true: with a byte order mark, by which some spreadsheets know UTF-8. */
          bom?: boolean;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "text/csv": string } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/jobs": {
    /** List bulk actions and imports, newest first */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          status?: "queued" | "running" | "completed" | "cancelled" | "failed";
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            jobs: Job[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/jobs/{id}": {
    /** Read a job: progress and a page of its results */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          /** Only results with this status. */
          result?: "created" | "updated" | "unchanged" | "failed";
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": JobDetails } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/jobs/{id}/cancel": {
    /** Cancel a job */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Job } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/integrations/salesforce/account_owners": {
    /** Set the users of customers from their Salesforce account owners */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          items: AccountOwners[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            results: AccountOwnersResult[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules": {
    /** List rules in their order */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          status?: "draft" | "active" | "inactive" | "paused";
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            rules: Rule[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Create a rule as a draft at the end of the list */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RuleInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": SavedRule } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/order": {
    /** Put all rules in order; the first in the list wins */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": {
          ruleIds: string[];
        } } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            rules: Rule[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}": {
    /** Read a rule */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Rule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Save a new version of a rule with the given fields changed */
    put: {
      parameters: {
        header?: {
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": RuleEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": SavedRule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Delete a rule; its history stays */
    delete: {
      parameters: {
        header?: {
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        204: { headers: Record<string, string>; content?: never };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Save a new version of a rule with the given fields changed */
    patch: {
      parameters: {
        header?: {
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": RuleEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": SavedRule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/versions": {
    /** List every version of a rule, a deleted one too */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            versions: RuleVersion[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/duplicate": {
    /** Copy a rule as a draft at the end of the list */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": Rule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/preview": {
    /** What a rule, saved or not, would do to existing customers */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RulePreviewRequest } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": RulePreview } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/what-if": {
    /** When a rule, saved or not, would have fired in the last days */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": WhatIfRequest } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": WhatIf } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/activate": {
    /** Activate a rule: it judges every change from now on */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": Activation } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": ActivatedRule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/deactivate": {
    /** Deactivate a rule: it no longer judges changes, and what it held back is cancelled */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Rule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/pause": {
    /** Pause a rule: it is judged as before, and what it would do is held */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Rule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/rules/{id}/resume": {
    /** Resume a paused rule: its held runs go on */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Rule } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        412: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills": {
    /** List backfills, newest first */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          status?: "counting" | "awaitingApproval" | "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            backfills: Backfill[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Apply rules to existing customers */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": BackfillRequest } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}": {
    /** Read a backfill: its scope and progress */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/approve": {
    /** Approve a backfill that waits for it */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": Record<string, never> } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/pause": {
    /** Pause a backfill */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": Record<string, never> } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/resume": {
    /** Resume a paused backfill */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": BackfillResumption } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/cancel": {
    /** Cancel a backfill */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": Record<string, never> } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/retry": {
    /** Retry the customers that failed */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": Record<string, never> } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Backfill } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/results": {
    /** What became of each customer */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          status?: "changed" | "unchanged" | "skipped" | "failed";
          reason?: string;
          customerId?: string;
          /** csv: every result; so does Accept: text/csv. */
          format?: "json" | "csv";
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            results: BackfillResult[];
          }; "text/csv": string } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs": {
    /** List rule runs */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
          ruleId?: string;
          customerId?: string;
          changeId?: string;
          status?: "planned" | "held" | "running" | "waiting" | "applied" | "partlyApplied" | "skipped" | "failed" | "cancelled";
          since?: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            runs: Run[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}": {
    /** Read a run with the facts that it was decided on */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": DetailedRun } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/runs": {
    /** List a customer's rule runs */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            runs: Run[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/pause": {
    /** Pause a run: what is left of it is held */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Run } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/resume": {
    /** Resume a run that is held */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Run } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/cancel": {
    /** Cancel a run: what is left of it is not done */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Run } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/retry": {
    /** Try again what failed of a run */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Run } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/undo": {
    /** Undo a run: slots that nobody has written since go back to what they were */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": RunUndo } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": UndoneRun } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/{id}/replay": {
    /** Evaluate a run's rule again for its change */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": RunReplay } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": ReplayedRun } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/runs/actions": {
    /** Pause, resume, cancel, retry, replay or undo many runs */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RunsAction } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": RunsActionResult } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/backfills/{id}/undo": {
    /** Undo a backfill: slots that nobody has written since go back to what they were */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody?: { content: { "application/json": BackfillUndo } };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": Job } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/notifications": {
    /** List what was sent to whom, or one's own inbox */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
          /** true: the in-app messages to the key's own user. */
          inbox?: boolean;
          /** true: only what was not marked as read. */
          unread?: boolean;
          customerId?: string;
          runId?: string;
          status?: "gathering" | "planned" | "held" | "running" | "sent" | "failed" | "cancelled";
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            notifications: Notification[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/notifications/{id}/read": {
    /** Mark a message of one's own inbox as read */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Notification } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/schedules/ratings": {
    /** When what moves with the calendar is brought up to date, and how it last went */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": RatingSchedule } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given settings */
    put: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RatingScheduleEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": RatingSchedule } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Change the given settings */
    patch: {
      parameters: {
        header?: {
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RatingScheduleEdit } };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": RatingSchedule } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/schedules/ratings/trigger": {
    /** Run it now */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      responses: {
        202: { headers: Record<string, string>; content: { "application/json": RatingSchedule } };
        400: Refused;
        401: Refused;
        403: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/timeline": {
    /** List a customer's timeline */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            timeline: TimelineEntry[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
    /** Write a note about a customer */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      requestBody: { content: { "application/json": NoteInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": TimelineEntry } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/evaluations": {
    /** List the verdicts of every rule on a customer's changes */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            evaluations: Evaluation[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/customers/{id}/tracking": {
    /** Ask the tracking workflow for the previous values it holds */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Tracking } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/changes": {
    /** List changes */
    get: {
      parameters: {
        query?: {
          offset?: number;
          limit?: number;
          updatedSince?: string;
          /** desc: newest first. */
          order?: "asc" | "desc";
          customerId?: string;
          since?: string;
          evaluated?: boolean;
          outcome?: "evaluated" | "excluded" | "failed";
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            offset: number;
            limit: number;
            /** Exact up to 10,000. */
            total: number;
            /** There are more than `total`. */
            totalIsMore?: true;
            changes: Change[];
          } } };
        400: Refused;
        401: Refused;
        403: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/changes/{id}": {
    /** Read a change */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Change } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/changes/{id}/retry": {
    /** Evaluate a change again whose evaluation failed */
    post: {
      parameters: {
        header?: {
          /** The same key and body answer the first answer again for 24 hours. */
          "Idempotency-Key"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Change } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        409: Refused;
        413: Refused;
        415: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/v1/changes/{id}/explain": {
    /** Why each rule matched this change, or why not */
    get: {
      parameters: {
        path: {
          id: string;
        };
      };
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": Explanation } };
        400: Refused;
        401: Refused;
        403: Refused;
        404: Refused;
        422: Refused;
        429: Refused;
        431: Refused;
        500: Refused;
        503: Refused;
      };
    };
  };
  "/health": {
    /** The process serves */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            status: string;
          } & Record<string, unknown> } };
      };
    };
  };
  "/ready": {
    /** Postgres and Temporal can be reached */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "application/json": {
            status: string;
          } & Record<string, unknown> } };
        503: Refused;
      };
    };
  };
  "/metrics": {
    /** Prometheus metrics */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "text/plain": string } };
      };
    };
  };
  "/docs": {
    /** This document as a page */
    get: {
      parameters: {};
      responses: {
        200: { headers: Record<string, string>; content: { "text/html": string } };
      };
    };
  };
}
