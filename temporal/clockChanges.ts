/** A local time of one day, as a calendar of Temporal's schedules takes it. */
export interface LocalTime {
  year: number;
  /** 1 to 12. */
  month: number;
  dayOfMonth: number;
  hour: number;
  minute: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * Days of these years whose local time `at` (HH:MM) is left out because clocks are put forward, each with the time that the
 * clocks then show instead: 02:30 becomes 03:30. Temporal's calendars skip such a day altogether. A time that comes twice, when
 * clocks are put back, they take once.
 */
export function leftOutTimes(timeZone: string, at: string, years: readonly number[]): LocalTime[] {
  const clock = clockIn(timeZone);
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  // Local times are compared as if they were UTC.
  const ahead = (instant: number) => clock(instant) - instant;
  const wantedOn = (day: number) => day + (hour * 60 + minute) * 60_000;
  const found: LocalTime[] = [];
  for (const year of years) {
    for (let week = Date.UTC(year, 0, 1); week < Date.UTC(year + 1, 0, 1); week += WEEK_MS) {
      // Only in a week in which clocks are put forward there is a gap.
      if (ahead(week + WEEK_MS + DAY_MS) <= ahead(week - DAY_MS)) continue;
      for (let day = week; day < week + WEEK_MS; day += DAY_MS) {
        const wanted = wantedOn(day);
        const before = ahead(wanted - DAY_MS);
        const after = ahead(wanted + DAY_MS);
        if (after <= before || clock(wanted - after) === wanted || clock(wanted - before) === wanted) continue;
        found.push(partsOf(clock(wanted - before)));
      }
    }
  }
  return found.filter((time, place) => years.includes(time.year) && !sameDay(time, found[place - 1]));
}

function sameDay(time: LocalTime, other: LocalTime | undefined): boolean {
  return other !== undefined && time.month === other.month && time.dayOfMonth === other.dayOfMonth;
}

function partsOf(local: number): LocalTime {
  const date = new Date(local);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    dayOfMonth: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/** What clocks in a zone show at an instant (ms), to the minute, as ms of a UTC clock that shows the same. */
function clockIn(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
  });
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute);
  };
}
