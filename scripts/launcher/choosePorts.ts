import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { freePort, portProblem } from "./ports.ts";
import { codeOf, StartError } from "./startError.ts";

const portsSchema = z.object({
  postgres: z.number().optional(),
  temporal: z.number().optional(),
  temporalUi: z.number().optional(),
});
export type ServerPorts = Required<z.infer<typeof portsSchema>>;

/** What the environment fixes; undefined means any port will do. */
export interface WantedPorts {
  POSTGRES_PORT?: number | undefined;
  TEMPORAL_PORT?: number | undefined;
  TEMPORAL_UI_PORT?: number | undefined;
}

/**
 * The ports of the embedded servers: the given one (a StartError when it is taken), else the one used last time, else
 * Temporal's usual one, else a free one. Remembers them in DATA_DIR/ports.json. `reserved` are ports to keep off.
 */
export async function choosePorts(dataDir: string, wanted: WantedPorts, reserved: number[]): Promise<ServerPorts> {
  const file = join(dataDir, "ports.json");
  const last = await readPorts(file);
  const used = new Set(reserved);
  const ports = {
    postgres: await choose("POSTGRES_PORT", wanted.POSTGRES_PORT, [last.postgres], used),
    temporal: await choose("TEMPORAL_PORT", wanted.TEMPORAL_PORT, [last.temporal, 7233], used),
    temporalUi: await choose("TEMPORAL_UI_PORT", wanted.TEMPORAL_UI_PORT, [last.temporalUi, 8233], used),
  };
  await writeFile(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** Throws a StartError when nobody can listen there. `variable` names the setting to change. */
export async function mustBeFree(variable: string, port: number, host = "127.0.0.1") {
  const problem = await portProblem(port, host);
  if (problem === "taken") {
    throw new StartError(`${variable}: port ${port} is taken by another program. Stop it, or set ${variable}.`);
  }
  if (problem === "forbidden") throw new StartError(`${variable}: this account may not listen on port ${port}.`);
  if (problem === "unknownHost") throw new StartError(`HOST: this machine has no address ${host}.`);
}

async function choose(variable: string, given: number | undefined, liked: (number | undefined)[], used: Set<number>) {
  if (given !== undefined) {
    if (used.has(given)) throw new StartError(`${variable}: port ${given} is given to two servers. Set another one.`);
    await mustBeFree(variable, given);
    used.add(given);
    return given;
  }
  for (const port of liked) {
    if (port === undefined || used.has(port) || (await portProblem(port)) !== undefined) continue;
    used.add(port);
    return port;
  }
  let port = await freePort();
  while (used.has(port)) port = await freePort();
  used.add(port);
  return port;
}

async function readPorts(file: string): Promise<z.infer<typeof portsSchema>> {
  try {
    return portsSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    // A damaged note about last time's ports costs nothing but other ports.
    if (error instanceof SyntaxError || error instanceof z.ZodError || codeOf(error) === "ENOENT") return {};
    throw error;
  }
}
