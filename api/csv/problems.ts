import { Problem } from "../problems.ts";

/** What is wrong with a file as a whole, and the line where it is seen. Nothing of such a file is written. */
export function csvProblem(line: number, message: string): Problem {
  return new Problem(422, "invalid_csv", `Line ${line} ${message}.`, [{ path: `line ${line}`, message }]);
}

/** Not even text: what every body is refused for. */
export function notText(line: number, message: string): Problem {
  return new Problem(400, "malformed", `Line ${line} ${message}.`, [{ path: `line ${line}`, message }]);
}
