/**
 * The parts that differ between Node and a page: the library that runs sessions, and threads. For a
 * page, the "browser" map in package.json replaces this file with `host.browser.ts`.
 */

export { openNodeBackend as openBackend } from "./node-backend.js";
export { chooseDevice } from "./node-choice.js";
export { startThread } from "./node-thread.js";
