import { expect, it } from "vitest";
import { Turns } from "../../activities/turns.ts";

it("lets so many work at once and the others in their order, a failing one too", async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const work = [0, 1, 2, 3].map((number) =>
    turns.run(async () => {
      started.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error("failed");
    }),
  );
  const outcome = Promise.allSettled(work);
  expect(started).toEqual([0, 1]);
  ends[0]!();
  await expect(work[0]).rejects.toThrow("failed");
  expect(started).toEqual([0, 1, 2]);
  ends[1]!();
  await work[1];
  expect(started).toEqual([0, 1, 2, 3]);
  for (const end of ends) end();
  expect((await outcome).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  await expect(turns.run(async () => "free again")).resolves.toBe("free again");
});
