interface History {
  name: string;
  /** Balances of one customer, oldest first; it was created with the first of them. */
  steps: [daysAgo: number, outstanding: number][];
  /** What the rule has besides "exceeds 500". */
  fields?: object;
  days?: number;
  /** The watched value before and after each firing. */
  fired: [before: number | null, after: number | null][];
}

const exceeds = (more: object = {}) => ({
  trigger: { type: "outstandingThreshold", direction: "exceeds", value: 500, ...more },
});

export const HISTORIES: readonly History[] = [
  {
    name: "a crossing, and not the way back",
    steps: [
      [9, 400],
      [8, 700],
      [7, 600],
      [6, 300],
    ],
    fired: [[400, 700]],
  },
  {
    name: "each crossing",
    steps: [
      [9, 700],
      [8, 300],
      [7, 800],
    ],
    fired: [
      [0, 700],
      [300, 800],
    ],
  },
  {
    name: "only what was written in the time asked for",
    steps: [
      [20, 700],
      [8, 300],
      [3, 800],
    ],
    days: 10,
    fired: [[300, 800]],
  },
  {
    name: "the facts before the first change looked at count",
    steps: [
      [20, 700],
      [8, 600],
    ],
    days: 10,
    fired: [],
  },
  {
    name: "not again before it has come back to where it resets",
    steps: [
      [9, 700],
      [8, 450],
      [7, 800],
      [6, 400],
      [5, 900],
    ],
    fields: exceeds({ resetAt: 400 }),
    fired: [
      [0, 700],
      [400, 900],
    ],
  },
  {
    name: "once the value has stayed for long enough",
    steps: [
      [20, 700],
      [18, 300],
      [15, 800],
      [10, 850],
    ],
    fields: exceeds({ forDays: 3 }),
    fired: [[300, 800]],
  },
  { name: "not while it has yet to stay", steps: [[2, 700]], fields: exceeds({ forDays: 3 }), fired: [] },
  {
    name: "with the filters as they stand when it has stayed",
    steps: [
      [20, 700],
      [19, 900],
    ],
    fields: { ...exceeds({ forDays: 3 }), filters: [{ field: "outstanding", op: "between", max: 800 }] },
    fired: [],
  },
  {
    name: "filters that do not hold",
    steps: [[9, 700]],
    fields: { filters: [{ field: "country", op: "is", values: ["US"] }] },
    fired: [],
  },
  {
    name: "what changed",
    steps: [
      [9, 700],
      [8, 300],
    ],
    fields: {
      trigger: { type: "customerCreatedOrUpdated" },
      filters: [{ field: "outstanding", op: "changed", to: [300] }],
    },
    // A rule about any change watches no value.
    fired: [[null, null]],
  },
];
