const en = {
  samples: "New digits, pixel by pixel",
  sees: "What a pixel sees: point at one",
  seesHelp:
    "Dark: the pixel. Coloured: what its probability may depend on. Pale: later pixels, or out of sight.",
  seen: (count: string, before: string) => `sees ${count} of the ${before} pixels before it`,
  nats: "Nats per image",
  nll: "−log p(x)",
};

const ko: typeof en = {
  samples: "픽셀을 하나씩 그린 새 숫자",
  sees: "픽셀이 보는 것: 픽셀 하나를 짚어 보세요",
  seesHelp:
    "진한 칸이 그 픽셀, 색칠된 칸이 그 확률을 좌우할 수 있는 픽셀입니다. 옅은 칸은 나중에 오거나 보이지 않는 픽셀입니다.",
  seen: (count: string, before: string) => `앞선 픽셀 ${before}개 가운데 ${count}개를 봅니다`,
  nats: "이미지 한 장의 내트",
  nll: "−log p(x)",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
