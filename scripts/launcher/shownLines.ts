import { z } from "zod";

const LEVELS: Record<string, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: 100 };
const pinoLineSchema = z.object({ level: z.number() });

/** Whether a line of a child is worth showing: a pino line from `level` on, and whatever is no pino line. */
export function isShown(line: string, level: string): boolean {
  const threshold = LEVELS[level] ?? 40;
  if (line.trim() === "") return false;
  if (!line.startsWith("{")) return true;
  try {
    const parsed = pinoLineSchema.safeParse(JSON.parse(line));
    return !parsed.success || parsed.data.level >= threshold;
  } catch {
    // Not JSON after all: something unforeseen speaks, which is worth seeing.
    return true;
  }
}
