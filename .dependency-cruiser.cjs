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

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    ...library.map((folder) => ({
      name: `${folder}-imports-leftwards`,
      severity: "error",
      from: { path: `^src/${folder}/` },
      to: { path: "^src/", pathNot: `^src/(${[folder, ...house[folder]].join("|")})/` },
    })),
    {
      name: "index-imports-the-library-only",
      severity: "error",
      from: { path: "^src/index[.]ts$" },
      to: { path: "^src/", pathNot: `^src/(${library.join("|")})/` },
    },
    {
      name: "studio-and-cli-are-siblings",
      severity: "error",
      from: { path: "^src/studio/" },
      to: { path: "^src/cli/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
  },
};
