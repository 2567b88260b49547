import { expect, it } from "vitest";
import { leftOutTimes } from "../../temporal/clockChanges.ts";

const text = (timeZone: string, at: string, ...years: number[]) =>
  leftOutTimes(timeZone, at, years).map(
    ({ year, month, dayOfMonth, hour, minute }) =>
      `${year}-${month}-${dayOfMonth} ${hour}:${String(minute).padStart(2, "0")}`,
  );

it.each([
  ["Europe/Paris", "02:00", ["2026-3-29 3:00", "2027-3-28 3:00"]],
  ["Europe/Paris", "02:30", ["2026-3-29 3:30", "2027-3-28 3:30"]],
  ["Europe/Paris", "01:59", []],
  ["Europe/Paris", "03:00", []],
  ["America/New_York", "02:00", ["2026-3-8 3:00", "2027-3-14 3:00"]],
  ["Australia/Sydney", "02:00", ["2026-10-4 3:00", "2027-10-3 3:00"]],
  ["Australia/Lord_Howe", "02:15", ["2026-10-4 2:45", "2027-10-3 2:45"]],
  ["America/Santiago", "00:30", ["2026-9-6 1:30", "2027-9-5 1:30"]],
  ["Africa/Casablanca", "02:30", ["2026-3-22 3:30", "2027-3-14 3:30"]],
  ["Asia/Kolkata", "02:00", []],
  ["UTC", "02:00", []],
])("clocks in %s leave %s out on %j", (timeZone, at, expected) => {
  expect(text(timeZone, at, 2026, 2027)).toEqual(expected);
});
