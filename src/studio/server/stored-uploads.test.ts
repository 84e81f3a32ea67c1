import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readImages } from "../../data/image-set.js";
import { openPath } from "../../data/open-path.js";
import { uploadOfScenes } from "../lessons/sentences/shapes.js";
import { uploads } from "../live/uploads.js";
import { storedUploads } from "./stored-uploads.js";

let runs: string;
beforeAll(async () => {
  runs = await mkdtemp(join(tmpdir(), "figment-uploads-"));
});
afterAll(() => rm(runs, { recursive: true, force: true }));

test("images of an upload are the same on the server as in a page, annotations and levels too", async () => {
  const id = "0123456789abcdef";
  const scenes = uploadOfScenes();
  const upload = {
    ...scenes,
    classes: { names: ["odd", "even"], values: oddness(scenes) },
  };
  const [page, server] = [uploads(), storedUploads(runs)];
  const reference = await server.add(id, upload);
  expect(reference).toBe(page.add(id, upload));
  const here = page.images(reference, undefined)!;
  const there = await openPath(server.images(reference)!, "all");
  expect(there.annotations).toEqual(here.annotations);
  for (const key of ["count", "channels", "height", "width", "levels"] as const) {
    expect(there[key]).toBe(here[key]);
  }

  expect(await readImages(there)).toEqual(await readImages(here));
});

function oddness(upload: ReturnType<typeof uploadOfScenes>) {
  if (upload.kind !== "images") throw new Error("not images");
  const count = upload.pixels.length / (upload.height * upload.width);
  return Int32Array.from({ length: count }, (_, at) => at % 2);
}
