/** Replaces `host.ts` in a page. */
export { chooseDevice, openWebBackend as openBackend } from "./web-backend.js";
export { startThread } from "./web-thread.js";
