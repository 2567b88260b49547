export { freePort } from "../../scripts/launcher/ports.ts";
