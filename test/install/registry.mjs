/**
 * An npm registry on this machine, made of the packages that are installed here.
 *
 * Plain JavaScript, because it runs in a process of its own: in a network namespace where there is nothing
 * else.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { create } from "tar";

/** Packages that an installation without development dependencies needs: name → version → folder. */
function installedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Map();
  for (const [path, { dev, peer }] of Object.entries(packages)) {
    const folder = join(root, path);
    if (path === "" || dev || peer || !existsSync(join(folder, "package.json"))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const versions = found.get(manifest.name) ?? new Map();
    found.set(manifest.name, versions.set(manifest.version, { folder, manifest }));
  }
  return found;
}

/** @returns the address of the registry */
export async function startRegistry(root) {
  const packages = installedPackages(root);
  const server = createServer((request, response) => {
    const [name, version] = decodeURIComponent(request.url.slice(1)).split("/-/");
    const versions = packages.get(name);
    const chosen = version === undefined ? undefined : versions?.get(version);
    if (versions === undefined || (version !== undefined && chosen === undefined)) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
    } else if (chosen === undefined) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(packument(name, versions, `http://${request.headers.host}`)));
    } else {
      const files = readdirSync(chosen.folder).filter((file) => file !== "node_modules");
      create({ cwd: chosen.folder, gzip: { level: 1 }, prefix: "package" }, files).pipe(response);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function packument(name, versions, origin) {
  const entries = [...versions].map(([version, { manifest }]) => [
    version,
    { ...manifest, dist: { tarball: `${origin}/${name}/-/${version}` } },
  ]);
  const latest = entries.at(-1)[0];
  return { name, "dist-tags": { latest }, versions: Object.fromEntries(entries) };
}
