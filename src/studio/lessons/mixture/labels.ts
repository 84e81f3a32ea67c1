const en = {
  plane: "Points, the component most responsible for each, and its ellipse of 2σ",
  starts: (left: string) =>
    `Click ${left} more places for the components to start from. On the keyboard, arrow keys move and space places.`,
  forget: "Start from random points",
  density: "The density that they add up to",
  means: "The means of the components",
  samples: "Draws",
  nats: "Nats per image",
  nll: "−log p(x)",
};

const ko: typeof en = {
  plane: "점, 점마다 가장 책임이 큰 성분, 그 2σ 타원",
  starts: (left: string) =>
    `성분이 출발할 자리를 ${left}곳 더 짚어 보세요. 키보드에서는 화살표로 움직이고 스페이스로 짚습니다.`,
  forget: "무작위 점에서 시작",
  density: "모두 더한 밀도",
  means: "성분들의 평균",
  samples: "뽑은 그림",
  nats: "이미지 한 장의 내트",
  nll: "−log p(x)",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
