import { describe, expect, test } from "vitest";
import type { UploadState } from "./upload-state";
import { announcementOf, describeState } from "./upload-text";

const MB = 1024 * 1024;

function sending(
  sent: number,
  more: { secondsLeft?: number; stall?: "offline" | "retrying" } = {},
): UploadState {
  return { name: "sending", sent, ...more };
}

describe("what a listener hears", () => {
  test("is the start, each quarter once, the check and the end", () => {
    const life: UploadState[] = [
      { name: "queued" },
      { name: "hashing" },
      { name: "ticket" },
      sending(0),
      sending(0.2 * MB),
      sending(0.25 * MB),
      sending(0.3 * MB),
      sending(0.8 * MB),
      sending(MB),
      { name: "checking" },
      { name: "done", fileId: "f" },
    ];
    const heard = life.flatMap((state, index) => {
      const before = life[index - 1];
      return (before && announcementOf(before, state, "scan.pdf", MB)) ?? [];
    });
    expect(heard).toEqual([
      "scan.pdf, 1 MB: started",
      "scan.pdf: 25 percent sent",
      "scan.pdf: 75 percent sent",
      "scan.pdf has arrived and is being checked",
      "scan.pdf is in",
    ]);
  });

  test("is no quarter of a file that leaves in one go", () => {
    expect(announcementOf(sending(0), sending(MB), "a.pdf", MB)).toBeNull();
  });

  test("is a stop once, not at every try", () => {
    const stopped = sending(10, { stall: "offline" });
    expect(announcementOf(sending(10), stopped, "a.pdf", MB)).toContain("offline");
    expect(announcementOf(stopped, sending(10, { stall: "offline" }), "a.pdf", MB)).toBeNull();
  });

  test("is why it failed and what to do", () => {
    const failed: UploadState = { name: "failed", problem: { code: "offline", detail: "Please try again." } };
    expect(announcementOf(sending(1), failed, "a.pdf", MB)).toBe(
      "a.pdf could not be sent. Please try again.",
    );
  });
});

describe("what stands beside the bar", () => {
  test("is the part, the bytes and the time left", () => {
    expect(describeState(sending(6.2 * MB, { secondsLeft: 7.2 }), 10 * MB)).toBe(
      "62 % · 6.2 MB of 10 MB · 8 s left",
    );
  });

  test("leaves the time out where it is not known, or nothing is left", () => {
    expect(describeState(sending(5 * MB), 10 * MB)).toBe("50 % · 5 MB of 10 MB");
    expect(describeState(sending(10 * MB, { secondsLeft: 0 }), 10 * MB)).toBe("100 % · 10 MB of 10 MB");
  });
});
