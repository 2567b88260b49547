/** The environment of a child process of ours: this process's own plus `added`; undefined values are left out. */
export function childEnv(added: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const given = Object.entries(added).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(given) };
}

/** The same for a server that is not ours, without the variables that would redirect it (PGDATA, TEMPORAL_ADDRESS, …). */
export function serverEnv(added: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(childEnv(added)).filter(([name]) => name in added || !/^(PG|TEMPORAL_)/.test(name));
  return Object.fromEntries(inherited);
}
