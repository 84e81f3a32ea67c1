const en = {
  samples: "Draws",
  path: "Digits beside the states of their rows, by colour",
  states: "What a row looks like in each state",
  moves: "Where each state goes next: from the row, to the column",
  filters: "What each hidden unit looks for: light switches it on, dark off",
  chain: "Gibbs sampling from four digits: every frame a few rounds later",
  nats: "Nats per image",
  nll: "−log p(x)",
  pseudo: "pseudo-likelihood, −log",
};

const ko: typeof en = {
  samples: "뽑은 그림",
  path: "숫자와 그 줄마다의 상태 (색)",
  states: "상태마다 줄이 어떻게 생겼는지",
  moves: "상태가 다음에 가는 곳: 행에서 열로",
  filters: "은닉 유닛이 찾는 무늬: 밝으면 켜지고 어두우면 꺼집니다",
  chain: "숫자 네 개에서 시작한 깁스 표집: 한 칸마다 몇 바퀴 뒤",
  nats: "이미지 한 장의 내트",
  nll: "−log p(x)",
  pseudo: "유사가능도, −log",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
