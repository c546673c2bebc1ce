/** True if the arrow keys scroll the frame: it has the focus and the page is wider. */
export function canScrollSideways(frame: HTMLElement | null): boolean {
  return frame !== null && document.activeElement === frame && frame.scrollWidth > frame.clientWidth;
}

/**
 * Handles Page Up (-1) and Page Down (1): scrolls the page, and turns it at its end. Returns
 * false if the browser handles the key: in one column the window scrolls, and a focused frame
 * scrolls itself.
 */
export function scrollOrTurnPage(frame: HTMLElement | null, direction: 1 | -1, turn: () => void): boolean {
  if (!frame || !matchMedia("(min-width: 80rem)").matches) return false;
  const remaining =
    direction === 1 ? frame.scrollHeight - frame.clientHeight - frame.scrollTop : frame.scrollTop;
  if (remaining <= 1) {
    turn();
    return true;
  }
  if (document.activeElement === frame) return false;
  frame.scrollBy(0, direction * frame.clientHeight * 0.9);
  return true;
}
