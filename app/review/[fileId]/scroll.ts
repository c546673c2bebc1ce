/** Whether the arrow keys belong to the frame: it has the focus, and more page than width. */
export function canScrollSideways(frame: HTMLElement | null): boolean {
  return frame !== null && document.activeElement === frame && frame.scrollWidth > frame.clientWidth;
}

/**
 * Page Up (-1) and Page Down (1): through the page first, and on to the next at its end. Answers false where the key is the browser's: in one
 * column the window scrolls, and a frame with the focus scrolls by itself.
 */
export function scrollOrTurnPage(frame: HTMLElement | null, direction: 1 | -1, turn: () => void): boolean {
  if (!frame || !matchMedia("(min-width: 80rem)").matches) return false;
  const room = direction === 1 ? frame.scrollHeight - frame.clientHeight - frame.scrollTop : frame.scrollTop;
  if (room <= 1) {
    turn();
    return true;
  }
  if (document.activeElement === frame) return false;
  frame.scrollBy(0, direction * frame.clientHeight * 0.9);
  return true;
}
