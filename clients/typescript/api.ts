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

/** The secret is never answered. */
export type Channel = {
  id: string;
  name: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  url: string | null;
  createdAt: string;
  updatedAt: string;
};

export type ChannelInput = {
  name: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  url?: string | null;
  secret?: string | null;
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
  } & Record<string, unknown>)[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
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
  kind: "customerActions" | "customerImport";
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
  kind: "customerActions" | "customerImport";
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
  };
  retention: {
    changesDays?: number;
    runsDays?: number;
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

export type Notification = {
  id: string;
  runId: string;
  ruleId: string;
  channelId: string;
  kind: "webhook" | "slack" | "email" | "inApp";
  customerId: string;
  recipient: {
    userId?: string;
    email?: string;
  };
  subject: string;
  body: string;
  status: "planned" | "held" | "running" | "sent" | "failed" | "cancelled";
  attempts: number;
  error: string | null;
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
  };
  retention: {
    changesDays?: number;
    runsDays?: number;
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
  };
  retention?: {
    changesDays?: number;
    runsDays?: number;
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
  createdAt: string;
  updatedAt: string;
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
  } & Record<string, unknown>)[];
  temporalWorkflowId: string | null;
  temporalRunId: string | null;
  createdAt: string;
  finishedAt: string | null;
};

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
  /** Who answered; a tracker holds its latest customers only. */
  from: "workflow" | "database";
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
          /** The version that is to be changed, such as "3". */
          "If-Match"?: string;
          /** manual or csv: an admin key acts for the console. */
          "X-Source"?: string;
        };
      };
      requestBody: { content: { "application/json": RuleInput } };
      responses: {
        201: { headers: Record<string, string>; content: { "application/json": Rule } };
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
    /** Delete a rule; its history stays */
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
          customerId?: string;
          runId?: string;
          status?: "planned" | "held" | "running" | "sent" | "failed" | "cancelled";
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
