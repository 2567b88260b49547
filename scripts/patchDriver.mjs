// Runs after every `npm install` and `npm ci` (plain JavaScript, because it runs before anything else does).
//
// The Postgres driver (postgres 3.4.9) does not survive a connection that closes under a transaction: it writes to a socket
// that is gone, which ends the whole process (porsager/postgres #1066, #1154, #1208), leaves the statement in its queue, where
// nothing that comes after it on that connection is ever answered, and lets a transaction whose connection has closed go on,
// outside any transaction, on whatever connection takes that place. It also forgets who waits to reserve a connection when one
// closes at that moment. test/db/driver.test.ts shows each.
//
// A new version of the driver makes this fail: look whether it still needs the patch, then adapt or remove it.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const VERSION = "3.4.9";
const MARK = "/* patched by Tripline */\n";

const PATCHES = {
  "connection.js": [
    // A statement for a socket that is gone is refused at once, and the connection stays where it is among the queues.
    [
      `    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
      `    if (!socket || !socket.writable)
      return (queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true)

    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
    ],
    [
      `  function nextWrite(fn) {
`,
      `  function nextWrite(fn) {
    if (!socket) {
      chunk = nextWriteTimer = null
      return true
    }
`,
    ],
    // Nothing of the old socket is left behind for the next one.
    [
      `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
      `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)
    socket.removeListener('connect', connected)
    idleTimer.cancel()`,
    ],
    [
      `    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
      `    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = null
    result = new Result()
`,
    ],
    [
      `    if (query.reserve)
      return query.reject(err)
`,
      `    if (query.reserve)
      return (query.dead = true, query.reject(err))
`,
    ],
  ],
  "index.js": [
    // Whoever waits to reserve a connection stays in the queue until one is ready, and leaves it when it was refused: else it
    // waited for ever, or a connection was given to nobody.
    [
      `    let max = Math.ceil(queries.length / (connecting.length + 1))
      , ready = true
`,
      `    let max = Math.ceil(queries.length / (connecting.length + 1))
      , ready = true
      , used = false
`,
    ],
    [
      `      if (query.reserve)
        return query.reserve(c)

      ready = c.execute(query)
    }
`,
      `      if (query.dead) {
        max++
        continue
      }
      if (query.reserve)
        return query.reserve(c)

      used = true
      ready = c.execute(query)
    }

    if (!used)
      return move(c, open)
`,
    ],
    [
      `    queries.length && connect(c, queries.shift())
  }`,
      `    while (queries.length) {
      const query = queries.shift()
      if (query.dead)
        continue

      query.reserve && queries.push(query)
      return connect(c, query)
    }
  }`,
    ],
    // A reserved connection and a transaction end with their connection; what comes later is refused, wherever it would go.
    [
      `    const queue = Queue()
    const c = open.length`,
      `    const queue = Queue()
    let lost = null
    const c = open.length`,
    ],
    [
      `    c.reserved.release = true
`,
      `    c.reserved.release = true
    c.onclose = e => {
      lost = e
      while (queue.length)
        queue.shift().reject(e)
    }
`,
    ],
    [
      `    sql.release = () => {
      c.reserved = null`,
      `    sql.release = () => {
      if (lost)
        return

      lost = Errors.connection('CONNECTION_ENDED', options)
      c.onclose = null
      c.reserved = null`,
    ],
    [
      `    function handler(q) {
      c.queue === full
        ? queue.push(q)`,
      `    function handler(q) {
      if (lost)
        return q.reject(lost)

      c.queue === full
        ? queue.push(q)`,
    ],
    [
      `    let savepoints = 0
      , connection
`,
      `    let savepoints = 0
      , lost = null
      , connection
`,
    ],
    [
      `new Promise((_, reject) => connection.onclose = reject)`,
      `new Promise((_, reject) => connection.onclose = e => {
          lost = e
          reject(e)
          while (queries.length)
            queries.shift().reject(e)
        })`,
    ],
    [
      `        q.catch(e => uncaughtError || (uncaughtError = e))
`,
      `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)

`,
    ],
  ],
};

// From its entry for require, cjs/src/index.js.
const folder = join(dirname(createRequire(import.meta.url).resolve("postgres")), "..", "..");
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
if (version !== VERSION) {
  throw new Error(
    `scripts/patchDriver.mjs is for postgres ${VERSION}, but ${version} is installed: see its first lines.`,
  );
}
for (const [name, patches] of Object.entries(PATCHES)) {
  const file = join(folder, "src", name);
  let text = readFileSync(file, "utf8");
  if (text.startsWith(MARK)) continue;
  for (const [before, after] of patches) {
    if (text.split(before).length !== 2) throw new Error(`${file} is not as expected, near:\n${before}`);
    text = text.replace(before, () => after);
  }
  writeFileSync(file, MARK + text);
}
