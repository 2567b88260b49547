import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";

/** Something to measure: does about `count` operations, and is awaited. */
export interface Contender {
  name: string;
  run: (count: number) => unknown;
}

/** Operations per second. */
export interface Measured {
  name: string;
  median: number;
  min: number;
  max: number;
}

const ROUND_MS = 150;

/**
 * Measures contenders in interleaved rounds, so that what disturbs the machine meets all of them. Each one's count is
 * chosen so that a round takes about 150 ms.
 */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Measured[]> {
  const counts = new Map<string, number>();
  for (const contender of contenders) counts.set(contender.name, await calibrate(contender));
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // Whoever comes first in one round comes last in another.
    for (const contender of rotated(contenders, round)) {
      const count = counts.get(contender.name) ?? 1;
      rates.get(contender.name)?.push((count / (await time(contender, count))) * 1_000);
    }
  }
  return [...rates].map(([name, all]) => ({ name, median: median(all), min: Math.min(...all), max: Math.max(...all) }));
}

async function calibrate(contender: Contender): Promise<number> {
  let count = 16;
  let spent = await time(contender, count);
  while (spent < ROUND_MS / 3) {
    count *= 2;
    spent = await time(contender, count);
  }
  return Math.ceil((count * ROUND_MS) / spent);
}

async function time({ run }: Contender, count: number): Promise<number> {
  const start = performance.now();
  await run(count);
  return performance.now() - start;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const shift = by % items.length;
  return [...items.slice(shift), ...items.slice(0, shift)];
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** What it was measured on. */
export function machine(): { cpu: string; cores: number; node: string; platform: string } {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Writes bench/results/<name>.json. */
export async function keep(name: string, results: object): Promise<void> {
  const folder = new URL("./results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const kept = { at: new Date().toISOString(), machine: machine(), ...results };
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(kept, null, 2)}\n`);
}
