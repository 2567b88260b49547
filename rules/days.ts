const DAY_MS = 86_400_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Is this written like a day, YYYY-MM-DD? Enough for what was checked when it was stored, at a twentieth of the cost. */
export function isDayShaped(value: unknown): value is string {
  return typeof value === "string" && ISO_DAY.test(value);
}

/** Is this a day of the calendar, written YYYY-MM-DD, from year 1 on? Such days compare as text. */
export function isDay(value: unknown): value is string {
  if (!isDayShaped(value) || value.startsWith("0000")) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** The day `days` after `day` (before it when negative); both ISO days. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from `earlier` to `later`, both ISO days; negative when they are the other way round. */
export function daysBetween(earlier: string, later: string): number {
  return (Date.parse(later) - Date.parse(earlier)) / DAY_MS;
}

/** Turns ISO instants into the day they fall on in `timeZone` (an IANA name); null for what is no instant. */
export function dayReader(timeZone: string): (instant: string) => string | null {
  if (timeZone === "UTC") return utcDay;
  const format = formatOf(days, timeZone, () => {
    return new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  });
  // Formatting takes 2 µs, and rules ask for the same instant again and again: one customer, many conditions.
  let lastInstant = "";
  let lastDay: string | null = null;
  return (instant) => {
    if (instant !== lastInstant) {
      const time = Date.parse(instant);
      lastDay = Number.isNaN(time) ? null : format.format(time);
      lastInstant = instant;
    }
    return lastDay;
  };
}

/** Formats by zone: making one takes some 500 µs, and each timer asks for two. There are some hundreds of zones. */
const days = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Intl.DateTimeFormat>();

function formatOf(formats: typeof days, timeZone: string, make: () => Intl.DateTimeFormat): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = make();
    formats.set(timeZone, format);
  }
  return format;
}

function utcDay(instant: string): string | null {
  if (instant.endsWith("Z")) return instant.slice(0, 10);
  const time = Date.parse(instant);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

/**
 * The instant `days` whole days after `instant` by the clock of `timeZone`: at the same time of day, also across a change of
 * clocks. Both are ISO instants.
 */
export function addLocalDays(instant: string, days: number, timeZone: string): string {
  const from = Date.parse(instant);
  const to = from + days * DAY_MS;
  return new Date(to + offsetOf(from, timeZone) - offsetOf(to, timeZone)).toISOString();
}

/** How far the zone's clocks are ahead of UTC at a time, in ms. */
function offsetOf(time: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const format = formatOf(
    offsets,
    timeZone,
    () => new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" }),
  );
  const name = format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = "0"] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
}
