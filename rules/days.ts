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
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
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

function utcDay(instant: string): string | null {
  if (instant.endsWith("Z")) return instant.slice(0, 10);
  const time = Date.parse(instant);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}
