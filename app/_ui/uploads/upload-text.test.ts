import { describe, expect, test } from "vitest";
import type { UploadState } from "./upload-state";
import { announcementOf, describeState } from "./upload-text";

const MB = 1024 * 1024;

function sending(
  sent: number,
  overrides: { secondsLeft?: number; stall?: "offline" | "retrying" } = {},
): UploadState {
  return { name: "sending", sent, ...overrides };
}

describe("announcementOf", () => {
  test("announces the start, each quarter once, the check and the end", () => {
    const states: UploadState[] = [
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
    const announcements = states.flatMap((state, index) => {
      const before = states[index - 1];
      return (before && announcementOf(before, state, "scan.pdf", MB)) ?? [];
    });
    expect(announcements).toEqual([
      "scan.pdf, 1 MB: started",
      "scan.pdf: 25 percent uploaded",
      "scan.pdf: 75 percent uploaded",
      "scan.pdf: the server is checking the file",
      "scan.pdf: uploaded",
    ]);
  });

  test("announces no quarter of a file that is sent at once", () => {
    expect(announcementOf(sending(0), sending(MB), "a.pdf", MB)).toBeNull();
  });

  test("announces a stall once and not at every attempt", () => {
    const stopped = sending(10, { stall: "offline" });
    expect(announcementOf(sending(10), stopped, "a.pdf", MB)).toContain("offline");
    expect(announcementOf(stopped, sending(10, { stall: "offline" }), "a.pdf", MB)).toBeNull();
  });

  test("announces why an upload failed and what to do", () => {
    const failed: UploadState = { name: "failed", problem: { code: "offline", detail: "Try again." } };
    expect(announcementOf(sending(1), failed, "a.pdf", MB)).toBe("a.pdf: not uploaded. Try again.");
  });
});

describe("describeState", () => {
  test("shows the percentage, the bytes and the time left", () => {
    expect(describeState(sending(6.2 * MB, { secondsLeft: 7.2 }), 10 * MB)).toBe(
      "62 % · 6.2 MB of 10 MB · 8 s left",
    );
  });

  test("omits the time if it is unknown or all bytes are sent", () => {
    expect(describeState(sending(5 * MB), 10 * MB)).toBe("50 % · 5 MB of 10 MB");
    expect(describeState(sending(10 * MB, { secondsLeft: 0 }), 10 * MB)).toBe("100 % · 10 MB of 10 MB");
  });
});
