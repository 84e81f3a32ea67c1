import { dirname } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { zooDirectory } from "../../runs/index.js";
import { api } from "./api.js";
import { type Guard, ownPagesOnly, tokenOnly } from "./guard.js";
import { indexPage } from "./index-page.js";
import type { SessionHub } from "./session-hub.js";

export interface AppSetup {
  readonly hub: SessionHub;
  readonly guard: Guard;
  /** The folder of the built page. */
  readonly site: string;
  /** Most bytes of an upload, and of any other request. */
  readonly limits: { readonly upload: number; readonly request: number };
}

/** The studio's server: who may talk to it, the page's files, and what the page asks. */
export function studioApp({ hub, guard, site, limits }: AppSetup): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      crossOriginOpenerPolicy: "same-origin",
      crossOriginEmbedderPolicy: "require-corp",
      crossOriginResourcePolicy: "same-origin",
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "blob:", "data:"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  );
  app.use(ownPagesOnly(guard), tokenOnly(guard));
  const refuse = (most: number) =>
    bodyLimit({
      maxSize: most,
      onError: ({ json }) =>
        json({ message: `a request may have at most ${most} bytes`, origin: "TooLarge" }, 413),
    });
  app.use("/api/upload", refuse(limits.upload));
  app.use("/api/sessions/*", refuse(limits.request));
  app.use("/api/compare", refuse(limits.request));
  app.route("/api", api(hub));
  app.get("/", indexPage(site));
  app.get("/index.html", indexPage(site));
  app.use("/zoo/*", serveStatic({ root: dirname(zooDirectory) }));
  app.use("*", serveStatic({ root: site }));
  return app;
}
