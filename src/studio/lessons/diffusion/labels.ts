const en = {
  forwards: "Forwards: a digit sinks into noise",
  backwards: "Backwards: a digit rises from noise",
  estimates: "What the network believes the digit is, at each of these steps",
  samples: (steps: string) => `New digits in ${steps} steps`,
  error: "Squared error of the network's prediction",
  errorCurve: "squared error",
  time: "Time t: drag through the chain",
  noisy: "state",
  believed: "estimate",
};

const ko: typeof en = {
  forwards: "앞으로: 숫자가 잡음에 잠깁니다",
  backwards: "뒤로: 잡음에서 숫자가 떠오릅니다",
  estimates: "걸음마다 신경망이 믿는 숫자",
  samples: (steps: string) => `${steps}걸음 만에 그린 새 숫자`,
  error: "신경망 예측의 제곱 오차",
  errorCurve: "제곱 오차",
  time: "시간 t: 사슬을 따라 끌어 보세요",
  noisy: "상태",
  believed: "추정",
};

/** What the stage's pictures show. */
export const labels = { en, ko };
