const en = {
  samples: "Draws",
  path: "Digits beside the states of their rows, by colour",
  states: "The states: how a row of the digit looks in each, and which comes next",
  statesHelp:
    "A line for each state, in its colour. On the left the ink of its row; on the right, the stronger a column, the likelier the state of that colour comes next.",
  filters: "What each hidden unit looks for: light switches it on, dark off",
  chain: "Gibbs sampling from four digits: every frame a few rounds later",
  nats: "Nats per image",
  nll: "−log p(x)",
  pseudo: "pseudo-likelihood, −log",
};

const ko: typeof en = {
  samples: "뽑은 그림",
  path: "숫자와 그 줄마다의 상태 (색)",
  states: "상태들: 상태마다 숫자의 한 줄이 어떻게 생겼고 다음에 무엇이 오는지",
  statesHelp:
    "한 줄이 상태 하나이고 색이 그 상태의 색입니다. 왼쪽은 그 줄의 획, 오른쪽은 다음에 올 상태로, 열이 진할수록 그 색의 상태가 올 확률이 높습니다.",
  filters: "은닉 유닛이 찾는 무늬: 밝으면 켜지고 어두우면 꺼집니다",
  chain: "숫자 네 개에서 시작한 깁스 표집: 한 칸마다 몇 바퀴 뒤",
  nats: "이미지 한 장의 내트",
  nll: "−log p(x)",
  pseudo: "유사가능도, −log",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
