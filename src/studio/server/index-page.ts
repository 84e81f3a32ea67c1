import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Handler } from "hono";

/** The built page, told that a server stands behind it. */
export const indexPage =
  (site: string): Handler =>
  async ({ html }) => {
    const page = await readFile(join(site, "index.html"), "utf8");
    return html(
      page.replace("<head>", '<head>\n    <meta name="figment-server" content="true" />'),
    );
  };
