import { emojiSet } from "./emoji-set.js";

const NOTE =
  "fetched on first use; captions are short names, classes are categories, ids are code points; all emoji sets share one split";

/** Emoji in four styles. A code point drawn in several styles gives pairs for image translation. */
export const emojiDatasets = [
  emojiSet({
    name: "emoji-google",
    title: "Google's Noto emoji",
    source: {
      package: "emoji-datasource-google",
      version: "16.0.0",
      bytes: 74_344_091,
      sha512:
        "ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
      folder: "package/img/google/64/",
      extension: ".png",
    },
    licence: "Apache-2.0: Google; names: MIT, C. Henderson",
    note: NOTE,
    splits: { neutral: { train: 1733, test: 178 }, all: { train: 3498, test: 288 } },
  }),
  emojiSet({
    name: "emoji-twitter",
    title: "Twitter's Twemoji",
    source: {
      package: "emoji-datasource-twitter",
      version: "16.0.0",
      bytes: 61_683_754,
      sha512:
        "7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
      folder: "package/img/twitter/64/",
      extension: ".png",
    },
    licence: "CC BY 4.0: Twitter and other contributors; names: MIT, C. Henderson",
    note: NOTE,
    splits: { neutral: { train: 1733, test: 178 }, all: { train: 3498, test: 288 } },
  }),
  emojiSet({
    name: "openmoji",
    title: "OpenMoji",
    source: {
      package: "openmoji",
      version: "17.0.0",
      bytes: 4_339_458,
      sha512:
        "EBnYrNGdcdw+OSXmENeNE1yBNRu6tOraTmoOyUbJkTmvT/+XETp8RZLSJFzD3lrPc5N9CzsyPnRTk0Vp4UaI9w==",
      folder: "package/color/svg/",
      extension: ".svg",
    },
    licence: "CC BY-SA 4.0: OpenMoji; derived works have the same licence",
    note: NOTE,
    splits: { neutral: { train: 1733, test: 178 }, all: { train: 3498, test: 288 } },
  }),
  emojiSet({
    name: "fluent-emoji",
    title: "Microsoft's Fluent emoji in 3D",
    source: {
      package: "@lobehub/fluent-emoji-3d",
      version: "1.1.0",
      bytes: 15_792_027,
      sha512:
        "Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
      folder: "package/assets/",
      extension: ".webp",
    },
    licence: "MIT: Microsoft, LobeHub",
    note: NOTE,
    splits: { neutral: { train: 1679, test: 173 }, all: { train: 3089, test: 283 } },
  }),
];
