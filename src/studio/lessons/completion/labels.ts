const en = {
  title: "Completing digits",
  mask: "Paint over what is to be hidden",
  maskHelp: "Paint with the mouse or a finger. On the keyboard, arrow keys move and space paints.",
  hideLower: "Hide the lower half",
  hideUpper: "Hide the upper half",
  showAll: "Hide nothing",
  completions: "Given, and five ways to go on",
};

const ko: typeof en = {
  title: "숫자 채워 그리기",
  mask: "가릴 곳을 칠하세요",
  maskHelp: "마우스나 손가락으로 칠하세요. 키보드에서는 화살표로 움직이고 스페이스로 칠합니다.",
  hideLower: "아래 절반 가리기",
  hideUpper: "위 절반 가리기",
  showAll: "모두 보이기",
  completions: "주어진 부분과 이어 그린 다섯 가지",
};

/** What the pictures of a completion show. */
export const labels = { en, ko };
