import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Application } from "typedoc";

/** The options of typedoc-plugin-markdown, which typedoc's own types do not list. */
const MARKDOWN = {
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
};

/**
 * The reference of the public entry `figment`, from its docstrings.
 *
 * @throws Error when a docstring is malformed or links to what is not there
 */
export async function apiPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "figment-api-"));
  try {
    const app = await Application.bootstrapWithPlugins({
      entryPoints: ["src/index.ts"],
      tsconfig: "tsconfig.build.json",
      plugin: ["typedoc-plugin-markdown"],
      out: folder,
      router: "module",
      readme: "none",
      name: "figment",
      disableSources: true,
      disableGit: true,
      excludeExternals: true,
      logLevel: "Warn",
      treatWarningsAsErrors: true,
      // Types of the sub-entries, such as `figment/tensor`, have no section here.
      validation: { notExported: false, invalidLink: true, notDocumented: false },
      ...MARKDOWN,
    });
    const project = await app.convert();
    if (project === undefined || app.logger.hasErrors())
      throw new Error("the code does not convert");
    app.validate(project);
    await app.generateOutputs(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings()) {
      throw new Error("typedoc has warned, see above");
    }
    return readFileSync(join(folder, "README.md"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
