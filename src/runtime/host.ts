/**
 * What differs between Node and a page: the library that runs sessions, and threads. For a page,
 * package.json's "browser" map puts `host.browser.ts` in this file's place.
 */

export { openNodeBackend as openBackend } from "./node-backend.js";
export { chooseDevice } from "./node-choice.js";
export { startThread } from "./node-thread.js";
