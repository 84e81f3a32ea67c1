import type { Images } from "../core/images.js";
import { encodeGrid } from "../data/picture.js";

/** A page of images in rows, each row with one image of each column. */
export interface Gallery {
  readonly title: string;
  /** Lines of text under the title. */
  readonly facts: readonly string[];
  readonly columns: readonly { readonly name: string; readonly images: Images }[];
  /** What each row shows. */
  readonly labels: readonly string[];
}

const STYLE =
  "body{font:16px system-ui,sans-serif;margin:2rem;background:#fff;color:#222}" +
  "table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:left}" +
  "tr:nth-child(even){background:#f4f4f4}img{image-rendering:pixelated;display:block}" +
  "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}tr:nth-child(even){background:#242424}}";

/** An HTML page that holds its images, so that it can be sent as one file. */
export async function galleryPage({ title, facts, columns, labels }: Gallery): Promise<string> {
  const pictures = await Promise.all(columns.map(({ images }) => picturesOf(images)));
  const head = ["image", ...columns.map(({ name }) => name)].map(
    (name) => `<th>${escaped(name)}</th>`,
  );
  const rows = labels.map((label, row) => {
    const cells = pictures.map(
      (column, at) =>
        `<td><img src="${column[row]}" alt="${escaped(`${label}, ${columns[at].name}`)}"></td>`,
    );
    return `<tr><td>${escaped(label)}</td>${cells.join("")}</tr>`;
  });
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    ...facts.map((fact) => `<p>${escaped(fact)}</p>`),
    `<table><thead><tr>${head.join("")}</tr></thead><tbody>`,
    ...rows,
    "</tbody></table></body></html>\n",
  ].join("\n");
}

/** Each image as a data address. */
async function picturesOf(images: Images): Promise<string[]> {
  const size = images.channels * images.height * images.width;
  return Promise.all(
    Array.from({ length: images.count }, async (_, n) => {
      const pixelsUnit = images.pixelsUnit.subarray(n * size, (n + 1) * size);
      const { png } = await encodeGrid({ ...images, count: 1, pixelsUnit }, { padding: 0 });
      return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
    }),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => ENTITIES[mark]);
