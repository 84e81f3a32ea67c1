/** What a page provides in place of `host.ts`. */
export { chooseDevice, openWebBackend as openBackend } from "./web-backend.js";
export { startThread } from "./web-thread.js";
