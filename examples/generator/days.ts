/** The sample year: history runs from its first to its last day. Fixed, so that the files never change by themselves. */
export const FIRST_DAY = "2025-11-16";
export const LAST_DAY = "2026-11-15";

const DAY_MS = 86_400_000;

/** The ISO day `count` days after `day` (before it when negative). */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}
