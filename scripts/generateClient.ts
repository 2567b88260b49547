import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { apiDocument } from "./client/apiDocument.ts";
import { clientText } from "./client/clientText.ts";

// `npm run client`: writes the types of the TypeScript client from the API's own document.

const FILE = fileURLToPath(new URL("../clients/typescript/api.ts", import.meta.url));

await writeFile(FILE, clientText(await apiDocument()));
console.log(`wrote ${FILE}`);
