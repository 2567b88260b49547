import { portProblem } from "../../scripts/launcher/ports.ts";

/** Ports that systems do not hand out by themselves: what is chosen here is not taken by somebody's connection before it is used. */
const [FIRST, LAST] = [20_000, 32_000];

let last = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** A port of 127.0.0.1 that nobody listens on, another one each time. */
export async function freePort(): Promise<number> {
  do last = last < LAST ? last + 1 : FIRST;
  while ((await portProblem(last)) !== undefined);
  return last;
}
