/**
 * The one direction of the house: a folder imports only from folders to its left.
 * `nn` may draw on `runtime` (initialisers need random streams); siblings do not know each other.
 */
const house = {
  tensor: [],
  runtime: ["tensor"],
  nn: ["tensor", "runtime"],
  core: ["tensor", "runtime", "nn"],
  data: ["tensor", "runtime", "nn", "core"],
  models: ["tensor", "runtime", "nn", "core", "data"],
  training: ["tensor", "runtime", "nn", "core", "data"],
  metrics: ["tensor", "runtime", "nn", "core", "data"],
};
const library = Object.keys(house);
const operations = [...library, "runs"];
const rooms = `^src/((${[...operations, "cli", "studio"].join("|")})/|[^/]+[.]ts$)`;
const notShipped = "[.](test|testing)[.]ts$";

// Without the compiler's JavaScript API, dependency-cruiser finds no TypeScript file and is content.
if (typeof require("typescript").createSourceFile !== "function") {
  throw new Error("typescript has no JavaScript API: package.json must alias it to version 6");
}

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-lost-import", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "a-new-folder-gets-its-place-above",
      severity: "error",
      from: { path: "^src/", pathNot: rooms },
      to: {},
    },
    {
      name: "nobody-imports-a-folder-without-a-place",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: rooms },
    },
    {
      name: "what-ships-imports-what-ships",
      severity: "error",
      from: { path: "^src/", pathNot: notShipped },
      to: { path: [notShipped, "^(bench|examples|reference|scripts|test)/"] },
    },
    {
      // The studio's page ships as a bundle, which contains its packages.
      name: "what-ships-needs-no-development-package",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [
          notShipped,
          "^src/(cli/vite.config.ts|studio/(page/|lessons/|vite.config.ts|zoo-plugin.ts))",
        ],
      },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm-peer"] },
    },
    ...library.map((folder) => ({
      name: `${folder}-imports-leftwards`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: "^src/", pathNot: `^src/(${[folder, ...house[folder]].join("|")})/` },
    })),
    {
      name: "index-the-files-beside-it-and-runs-import-the-library-only",
      severity: "error",
      from: { path: "^src/([^/]+[.]ts$|runs/)" },
      to: { path: "^src/.+/", pathNot: `^src/(${operations.join("|")})/` },
    },
    {
      name: "studio-knows-no-command",
      severity: "error",
      from: { path: "^src/studio/" },
      to: { path: "^src/cli/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
